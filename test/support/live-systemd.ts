import { must } from "./command.ts";

/** In a mount namespace, so that nothing of it is left: this machine, copied on write, with units and a script of ours. */
const BOOT = `
mount -t tmpfs tmpfs "$1" && cd "$1"
mkdir -p over/etc/systemd/system over/var/lib/systemd/timers work root out
cp "$2"/data/systemd/* over/etc/systemd/system/
for timer in over/etc/systemd/system/*.timer; do
  touch -d '2 days ago' "over/var/lib/systemd/timers/stamp-$(basename "$timer")"
done
printf '%s\\n' 'exec >/out/said 2>&1' "$3" 'systemctl poweroff' >over/etc/live.sh
cd over/etc/systemd/system
printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh /etc/live.sh\\n' >live.service
printf '[Unit]\\nRequires=basic.target\\nAfter=basic.target\\nWants=live.service %s\\n' "$(echo *.timer)" >live.target
cd "$1"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over,workdir=$1/work" root
timeout -s KILL 180 systemd-nspawn -q -b -D root --bind="$2" --bind="$1/out:/out" --console=pipe --register=no --keep-unit \\
  --link-journal=no --machine="live-$$" systemd.unit=live.target >console 2>&1 || { cat console out/said >&2; exit 1; }
cat out/said
`;

/**
 * Boots a real systemd that has a project's units, and their timers on, as on a server that was off for two days;
 * runs a script there, and gives back what it said. `empty` is a folder for the machine's copy.
 */
export async function underSystemd(empty: string, project: string, script: string): Promise<string> {
  const line = ["--mount", "bash", "-ec", BOOT, "boot", empty, project, script];
  return (await must("unshare", line, { cwd: "/", minutes: 4 })).stdout;
}
