# Sourced by `run`: FOLDER PACKAGE... Puts Debian's next release with these packages into the folder, and
# has `in_next_debian CHECKOUT COMMAND...` run a command in there, with the network, the settings of
# pip and the certificates of this machine. Fails where it cannot be fetched.
debian=$1
shift
packages=$(IFS=,; echo "$*,ca-certificates")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep 'debian/*$' | head -1)
# An older debootstrap does not know that release by its name.
debootstrap --variant=minbase --no-check-gpg --include="$packages" forky "$debian" "$mirror" \
  /usr/share/debootstrap/scripts/sid | { grep -v ^I: || true; } || return 1

in_next_debian() {
  local checkout=$1
  shift
  bwrap --bind "$debian" / --dev /dev --proc /proc --tmpfs /tmp --bind "$checkout" "$checkout" \
    --ro-bind /etc/resolv.conf /etc/resolv.conf --ro-bind /etc/ssl/certs /etc/ssl/certs \
    --ro-bind-try /etc/pip.conf /etc/pip.conf --ro-bind-try "$HOME/.config" "$HOME/.config" \
    --setenv PATH /usr/bin:/bin --die-with-parent --chdir "$checkout" -- "$@"
}
