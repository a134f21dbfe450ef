"""The sources of the key in `key register`, and its proof of possession."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from trigpoint.authority.new_files import publish, write_whole
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.base.ids import KeyId
from trigpoint.cli.key_files import check_folder
from trigpoint.cli.token import read_key_file, read_named_file
from trigpoint.credentials.keypair import (
    PrivateKey,
    PublicKey,
    file_name,
    generate,  # noqa: TID251 - the private half never leaves this machine
    read_private_key,
    read_public_key,
)


@dataclass(slots=True)
class Source:
    """A public key, with either its private half or a proof of possession that was made elsewhere.

    With `folder`, the private half was made here, and is written there before the registration.
    """

    public_key: PublicKey
    private_key: PrivateKey | None = None
    proof: bytes = b""
    folder: Path | None = None
    _draft: Path | None = field(default=None, init=False)

    def prove(self, challenge: str) -> bytes:
        """Sign the challenge, or return the given proof."""
        return self.private_key.sign(challenge.encode()) if self.private_key is not None else self.proof

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Write a new private half to the disk under a temporary name; it is removed if the registration fails."""
        if self.folder is None or self.private_key is None:
            yield
            return
        check_folder(self.folder)
        descriptor, name = tempfile.mkstemp(prefix=".AuthKey_", suffix=".p8", dir=self.folder)  # mode 0600
        self._draft = Path(name)
        try:
            write_whole(descriptor, self.private_key.pem())
            yield
        finally:
            os.close(descriptor)
            if self._draft is not None:
                self._draft.unlink(missing_ok=True)

    def settle(self, key_id: KeyId) -> Path | None:
        """Give the file its name, now that the Key ID is known."""
        if self._draft is None or self.folder is None:
            return None
        path = self.folder / file_name(key_id)
        draft, self._draft = self._draft, None  # the key is registered: from here on the file is never removed
        try:
            publish(draft, path)
        except FileExistsError:
            raise ConflictError(f"The file {path} exists already; the key is in {draft}.") from None
        return path


def find_source(
    *,
    private_key: Path | None,
    public_key: Path | None,
    challenge: str | None,
    proof: Path | None,
    out: Path | None,
) -> Source:
    """Find the source of the key in the options of `key register`; exactly one must be chosen."""
    if sum(option is not None for option in (private_key, public_key, out)) != 1:
        rule = "exactly one of --private-key, --public-key and --out"
        raise InvalidError("key register", rule, example="--private-key mine.p8")
    if private_key is not None:
        key = read_private_key(read_key_file(str(private_key))[0])
        return Source(key.public, key)
    if public_key is not None:
        if challenge is None or proof is None:
            rule = "given together with --challenge and --proof"
            raise InvalidError("--public-key", rule, example="--public-key mine.pem --challenge … --proof mine.sig")
        return Source(
            read_public_key(read_named_file(public_key, "--public-key")), proof=read_named_file(proof, "--proof")
        )
    key = generate()
    return Source(key.public, key, folder=out)
