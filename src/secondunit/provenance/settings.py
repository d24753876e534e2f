"""Who signs: ``provenance.toml`` in the user's own folder.

It is the user's and not the production's on purpose: a folder that came from somebody else can neither name code to
run with a key nor an address to call.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from secondunit.errors import BrokenStore, Problems, nearest
from secondunit.home import home

FILE = "provenance.toml"
Algorithm = Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"]


class ProvenanceSettings(BaseModel):
    """Certificate, key and time stamps. Relative paths are below the user's own folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certificate: str = Field(
        "", description="PEM file: the signer's certificate, then its issuers; the root may be last."
    )
    key: str = Field("", description="PEM file with the private key, readable by its owner alone.")
    key_callback: str = Field(
        "",
        description="module:function that takes bytes and returns their signature (DER for ECDSA): KMS or HSM.",
        pattern=r"^$|^[A-Za-z_][\w.]*:[A-Za-z_]\w*$",
    )
    algorithm: Algorithm = Field("es256", description="Of the certificate's key.")
    timestamp_url: str = Field(
        "", description="RFC 3161 time stamp authority; the only address ever called.", pattern=r"^$|^https?://\S+$"
    )
    trust: tuple[str, ...] = Field((), description="PEM files of roots to trust when credentials are checked.")

    @model_validator(mode="after")
    def _is_whole(self) -> ProvenanceSettings:
        if self.key and self.key_callback:
            raise ValueError("both key and key_callback; wanted one of them")
        if bool(self.certificate) != bool(self.key or self.key_callback):
            raise ValueError("certificate and key (or key_callback) go together")
        return self

    def path(self, text: str) -> Path:
        """A path as the settings mean it."""
        return home() / Path(text).expanduser()


def load_settings() -> ProvenanceSettings:
    """The user's settings; the defaults if there is no file.

    Raises:
        Problems: all that is wrong with the file.
    """
    path = home() / FILE
    if not path.exists():
        return ProvenanceSettings()
    try:
        return ProvenanceSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise Problems(
            BrokenStore(
                f"{path}: {'.'.join(str(part) for part in one['loc'])}".removesuffix(": "),
                one["msg"],
                advice=nearest(str(one["loc"][-1]), ProvenanceSettings.model_fields)
                if one["type"] == "extra_forbidden"
                else "",
            )
            for one in error.errors()
        ) from error
    except (OSError, ValueError) as error:
        raise BrokenStore(str(path), f"cannot be read ({error})", "TOML in UTF-8") from error
