"""A certificate authority in memory, and PDFs signed by its certificates."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any, NamedTuple

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

NAME = generic.pdf_name


class Holder(NamedTuple):
    certificate: x509.Certificate
    key: Any

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def holder(name: str, issuer: Holder | None = None, *, days: tuple[int, int] = (-1, 300)) -> Holder:
    """A certificate valid from the first to the second day, counted from now; without an issuer an authority."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_ca = issuer is None
    building = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0])).not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(not is_ca, not is_ca, False, False, False, is_ca, is_ca, False, False), critical=True
        )
    )  # fmt: skip
    return Holder(building.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def signed(paper: bytes, by: Holder, *, field: str = "Signature1", box: tuple[int, ...] | None = None) -> bytes:
    """`paper` with one more signature, visible in `box` of its first page."""
    der = by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        asn1.Certificate.load(by.certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(der),
        SimpleCertificateStore(),
    )  # fmt: skip
    spec = fields.SigFieldSpec(field, box=box, on_page=0) if box else None
    writer = IncrementalPdfFileWriter(BytesIO(paper))
    return signers.sign_pdf(
        writer, signers.PdfSignatureMetadata(field_name=field), signer=signer, new_field_spec=spec
    ).getvalue()


def with_script(paper: bytes) -> bytes:
    """An update that runs JavaScript when the file is opened."""
    writer = IncrementalPdfFileWriter(BytesIO(paper))
    script = {NAME("/S"): NAME("/JavaScript"), NAME("/JS"): generic.pdf_string("app.alert(1)")}
    writer.root[NAME("/OpenAction")] = generic.DictionaryObject(script)
    writer.update_root()
    return _written(writer)


def with_another_page(paper: bytes) -> bytes:
    """An update that puts another text on the first page."""
    writer = IncrementalPdfFileWriter(BytesIO(paper))
    leaf = writer.root["/Pages"]["/Kids"][0]
    leaf[NAME("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT (Twice the rate) Tj ET"))
    writer.update_container(leaf)
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
