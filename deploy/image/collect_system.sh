#!/bin/sh
# collect_system.sh FOLDER: copy to FOLDER the parts of Debian that a Python program needs, without a shell and a package
# manager. Runs in the build stage of the image.
set -eu
root=$1
mkdir -p "$root/etc" "$root/opt" "$root/tmp" "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/run" "$root/proc" "$root/sys" "$root/dev"
chmod 1777 "$root/tmp"
for folder in bin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done

python=$(python3 -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
# The interpreter, its standard library, the libraries that its modules link to, and the C++ runtime for wheels.
packages="$python-minimal lib$python-minimal lib$python-stdlib libc6 libgcc-s1 libstdc++6"
for object in "/usr/bin/$python" /usr/lib/"$python"/lib-dynload/*.so; do
  ldd "$object" 2>/dev/null | awk '$3 ~ /^\// { print $3 }'
done | sort -u | while read -r library; do
  real=$(readlink -f "$library")
  dpkg -S "$real" "$library" 2>/dev/null || dpkg -S "${real#/usr}" 2>/dev/null || true
done | sed 's/: .*//; s/:[a-z0-9]*$//' | sort -u >/tmp/linked
for package in $packages $(cat /tmp/linked); do
  dpkg -L "$package" | grep -Ev '^/usr/share/(doc|man|lintian|locale|perl5|bug|gdb|gcc|pixmaps|applications|binfmts)|/(gconv|audit)/' |
    while read -r file; do
      if [ -f "$file" ] || [ -L "$file" ]; then cp --archive --parents "$file" "$root/"; fi
    done
  mkdir -p "$root/usr/share/doc/$package"
  cp --dereference "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/" 2>/dev/null || true
done
ln -sf "$python" "$root/usr/bin/python3"
rm -rf "$root/usr/lib/$python/test" "$root/usr/lib/$python/idlelib" "$root/usr/lib/$python/lib2to3"
python3 -m compileall -q --invalidation-mode unchecked-hash -s "$root" "$root/usr/lib/$python"

# CA certificates, the locale C.UTF-8, and names for the user and group IDs.
mkdir -p "$root/etc/ssl/certs" "$root/usr/lib/locale"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp --archive /usr/lib/locale/C.utf8 "$root/usr/lib/locale/"
mkdir -p "$root/usr/lib/ssl" && ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
printf 'root:x:0:0:root:/nonexistent:/nonexistent\ntrigpoint:x:10001:0:Trigpoint:/var/lib/trigpoint:/nonexistent\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
cp /etc/os-release "$root/etc/os-release"

# Folders for volumes, which inherit their modes: state, and separate map data. They belong to group 0, like every user
# that OpenShift chooses.
mkdir -p "$root/var/lib/trigpoint" "$root/var/tmp"
chmod 1777 "$root/var/tmp"
mkdir -p "$root/data"
chown 10001:0 "$root/var/lib/trigpoint" "$root/data"
chmod 2770 "$root/var/lib/trigpoint"
chmod 2775 "$root/data"
