"""Run a command and print the peak resident memory of it and its children, in kB.

A child's ``ru_maxrss`` starts at its parent's peak, so the parent has to be small: this one is.
"""

import os
import sys

child = os.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(f"peak-kb {usage.ru_maxrss}", flush=True)
sys.exit(os.waitstatus_to_exitcode(status))
