"""A production for every test, on SQLite; and a PostgreSQL server of our own for those that ask."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from secondunit.production import Production

from .rights import Rights

SERVER_USER = "nobody"  # initdb refuses to run as root


@pytest.fixture
def show(tmp_path):
    return Production.new(tmp_path / "show", title="The Fall")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_show(request, tmp_path):
    """A production on each kind of database."""
    address = "" if request.param == "sqlite" else request.getfixturevalue("postgres")
    return Production.new(tmp_path / "show", title="The Fall", database=address)


def programs():
    """The folder of PostgreSQL's own programs, the newest version; installed if it is missing and we may."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "-qq", *words], check=True, env=quiet, capture_output=True, timeout=300)
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and (there := shutil.which("initdb")):
        found = [Path(there)]
    assert found, "these tests need PostgreSQL: install your system's package 'postgresql'"
    return found[-1].parent


@pytest.fixture(scope="session")
def postgres():
    """The address of an empty database on a private server: a socket in a temporary folder, no port."""
    bin_folder = programs()
    account = pwd.getpwnam(SERVER_USER) if os.geteuid() == 0 else None
    owner = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    folder = Path(tempfile.mkdtemp(prefix="su-pg-"))  # short: a socket's path has at most 107 bytes
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"

    def run(*words):
        done = subprocess.run(
            [str(one) for one in words], cwd=folder, capture_output=True, text=True, timeout=120, check=False, **owner
        )
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run(bin_folder / "initdb", "-D", data, "-U", "crew", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run(bin_folder / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            run(bin_folder / "createdb", "-h", folder, "-U", "crew", "show")
            yield f"postgresql+psycopg://crew@/show?host={folder}"
        finally:
            run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def rights(show):
    return Rights(show)
