/** Names that a Python package must not have, because something else already has them. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const KEYWORDS = words(`
False None True and as assert async await break class continue def del elif else except finally for from
global if import in is lambda nonlocal not or pass raise return try while with yield`);

/** Legal as names, but they read oddly. */
export const SOFT_KEYWORDS = words("_ case match type");

/** Top-level modules of the standard library, from 3.9 (a name taken there confuses tools still) to 3.14. */
export const STANDARD_LIBRARY = words(`
__future__ __main__ abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit
audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop
collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt
csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip
enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt
getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib
inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math
mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers
opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib
posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random
re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site
smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics
string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile
termios test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc
tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser
winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`);

/** What a dependency is imported as, or brings with it, where that is not its own name. */
export const IMPORTED_AS: Readonly<Record<string, readonly string[]>> = {
  alembic: ["mako", "markupsafe"],
  jinja2: ["markupsafe"],
  matplotlib: ["mpl_toolkits", "pylab", "pil", "cycler", "kiwisolver"],
  pandas: ["numpy", "dateutil"],
  "pydantic-settings": ["pydantic", "pydantic_core", "dotenv"],
  pyyaml: ["yaml"],
  "scikit-learn": ["sklearn", "scipy", "joblib", "threadpoolctl"],
  typer: ["click", "rich"],
};

/** Installed into every environment, or taken by the project's own folders. */
export const ALWAYS_TAKEN = words("conftest pip pkg_resources pytest setuptools site_packages src tests wheel");

/** Windows can't have a file or folder of these names, whatever the extension. */
export const WINDOWS_DEVICES = words(`
aux con conin$ conout$ nul prn com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 com¹ com² com³
lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 lpt¹ lpt² lpt³`);
