# Shared by ./run, ./kinvite and ./test; read by bash 3.2 (macOS) too. The caller has changed to the checkout's root.

server=artifacts/bin/Kinvite.Server/release/Kinvite.Server.dll
stamp=artifacts/.server-built

say() { printf '%s\n' "$*" >&2; }

need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1; then
    say "Kinvite needs the .NET SDK 10: https://dotnet.microsoft.com/download"
    exit 1
  fi
}

# Builds only when something is newer than the last build: "dotnet run" would cost seconds at every start.
# Directories count, so that a deleted file is noticed.
build_server() {
  need_dotnet
  if [ -f "$server" ] && [ -f "$stamp" ] &&
    [ -z "$(find src Directory.Build.props Directory.Packages.props global.json -newer "$stamp" -print 2>/dev/null | head -n 1)" ]; then
    return
  fi
  say "Building Kinvite (the first time takes a minute) ..."
  mkdir -p artifacts
  local begun="$stamp.begun"
  touch "$begun"
  local log=artifacts/build.log
  if ! dotnet build src/Kinvite.Server -c Release -nologo -v quiet >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  mv "$begun" "$stamp"
}

# The same places that the server searches.
has_postgres() {
  local dir
  command -v pg_ctl >/dev/null 2>&1 && return 0
  for dir in "${Kinvite__Postgres__Bin:-/nonexistent}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
    /usr/local/opt/postgresql@*/bin /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin /Applications/Postgres.app/Contents/Versions/*/bin; do
    [ -x "$dir/pg_ctl" ] && return 0
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
  if [ -z "${apt_updated:-}" ]; then
    as_root apt-get update -qq >&2 || return 1
    apt_updated=1
  fi
  # confold: the file that keeps a system-wide cluster away is there before the package that owns it.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@" >&2
}

install_postgres() {
  # Only the programs are wanted, not a cluster that runs with the machine.
  if ! grep -qs '^create_main_cluster' /etc/postgresql-common/createcluster.conf; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  apt_install postgresql
}

# agreed QUESTION: yes in CI, asked on a terminal, no anywhere else.
agreed() {
  [ "${CI:-}" = true ] && return 0
  [ -t 0 ] && [ -t 2 ] || return 1
  local answer
  printf '%s [Y/n] ' "$1" >&2
  read -r answer || return 1
  case "$answer" in '' | y | Y | yes | Yes) return 0 ;; *) return 1 ;; esac
}

need_postgres() {
  has_postgres && return 0
  say "Kinvite keeps its data in PostgreSQL 15 or newer, and this machine has none."
  if command -v apt-get >/dev/null 2>&1; then
    say "  install it:  sudo apt-get install postgresql"
    if agreed "Run that now (without a cluster of its own)?"; then
      install_postgres && has_postgres && return 0
      say "The installation failed."
    fi
  elif [ "$(uname)" = Darwin ]; then
    say "  install it:  brew install postgresql@17"
    if command -v brew >/dev/null 2>&1 && agreed "Run that now?"; then
      brew install postgresql@17 >&2 && has_postgres && return 0
      say "The installation failed."
    fi
  else
    say "  install the package postgresql with this system's package manager"
  fi
  say "Or set Kinvite__Postgres__Bin to its bin directory, or ConnectionStrings__Kinvite to a server of your own."
  exit 1
}
