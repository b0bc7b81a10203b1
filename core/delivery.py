"""Sending what the outbox holds: mail through SMTP when a host is set, else kept on the demo's outbox page."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import structlog
from flask import current_app
from sqlalchemy import select

from core import clock
from core.config import fund
from core.db import db, unit_of_work
from core.outbox import OutboxMessage

log = structlog.get_logger()


def send_queued(limit: int = 50) -> int:
    """Send up to `limit` queued messages, each in its own transaction; the number sent."""
    sent = 0
    for _ in range(limit):
        with unit_of_work():
            query = select(OutboxMessage).where(OutboxMessage.state == "queued").order_by(OutboxMessage.id).limit(1)
            message = db.session.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
            if message is None:
                break
            _send(message)
            sent += 1
    return sent


def _send(message: OutboxMessage) -> None:
    try:
        if message.channel == "mail" and current_app.config.get("SMTP_HOST"):
            _mail(message)
        message.state, message.sent_at = "sent", clock.now()
        if message.purpose == "sign_in" and not fund().is_demo:
            message.arguments = {"subject": message.arguments.get("subject", "")}  # a used way in is not kept
    except OSError as error:
        log.warning("message failed", message=message.id, error=str(error))
        message.state = "failed"


def _mail(message: OutboxMessage) -> None:
    mail = EmailMessage()
    mail["From"] = current_app.config["SECURITY_EMAIL_SENDER"]
    mail["To"] = message.address
    mail["Subject"] = message.arguments.get("subject", current_app.config["FUND_NAME"])
    mail.set_content(message.arguments.get("body", ""))
    with smtplib.SMTP(current_app.config["SMTP_HOST"], int(current_app.config.get("SMTP_PORT", 25))) as server:
        server.send_message(mail)
