"""Checks a court file in its own folder: hashes, audit chain, receipts, manifest, bids, arithmetic, draw, releases.

    python3 verify.py            (or: python3 verify.py FOLDER)

Only Python's own library; nothing is sent anywhere. Exit code 0: everything is in order, 1: something is not.
It is one file on purpose: it leaves the house with each court file, and must run wherever a judge's expert sits.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

found: list[str] = []
done: list[str] = []


def fault(text: str) -> None:
    found.append(text)


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


# --- files ----------------------------------------------------------------------------------------


def check_files(folder: Path, index: dict[str, Any]) -> None:
    """Every file is the one of the index, and there is no other."""
    listed = {row["name"] for row in index["exhibits"] if not row.get("withheld")} | {"index.json"}
    for row in index["exhibits"]:
        path = folder / row["name"]
        if row.get("withheld"):
            continue
        if not path.is_file():
            fault(f"{row['name']}: the file is missing")
        elif sha256(path.read_bytes()) != row["sha256"]:
            fault(f"{row['name']}: its content is not the one of the index")
    extra = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - listed
    for name in sorted(extra):
        fault(f"{name}: this file is not in the index")
    withheld = sum(1 for row in index["exhibits"] if row.get("withheld"))
    done.append(f"{len(listed) - 1} files, {withheld} withheld")


# --- audit chain ----------------------------------------------------------------------------------


def check_chain(entries: list[dict[str, Any]], index: dict[str, Any]) -> None:
    """h(i) = SHA-256(h(i-1) + canonical(entry i)), from 32 zero bytes."""
    previous, expected = bytes(32), 1
    for entry in entries:
        if entry.get("withheld"):  # nobody may read it yet: its hash carries the chain on
            previous, expected = bytes.fromhex(entry["digest"]), expected + 1
            continue
        body = entry["body"]
        if body["sequence"] != expected:
            fault(f"audit entry {expected} is missing")
            return
        digest = hashlib.sha256(previous + canonical(body)).digest()
        if digest.hex() != entry["digest"]:
            fault(f"audit entry {expected} ({body['act']}): its content does not match its hash")
            return
        previous, expected = digest, expected + 1
    if index.get("audit_head") and previous.hex() != index["audit_head"]:
        fault("the audit trail ends before the head that the index names")
    done.append(f"audit chain of {len(entries)} entries")


# --- receipts and manifest ------------------------------------------------------------------------


def check_receipts(data: dict[str, Any], sealed: dict[str, bytes]) -> None:
    """Signature, link to the one before, and every envelope that lies here."""
    previous, key = "0" * 64, bytes.fromhex(data["receipt_key"])
    latest: dict[str, dict[str, Any]] = {}
    for expected, signed in enumerate(data["receipts"], start=1):
        receipt = signed["receipt"]
        octets = canonical(receipt)
        if receipt["seq"] != expected or receipt["prev"] != previous:
            fault(f"receipt {expected}: it does not follow from the one before")
        if not ed25519_holds(key, octets, base64.b64decode(signed["signature"])):
            fault(f"receipt {receipt['seq']}: its signature does not hold")
        previous, latest[receipt["bid"]] = sha256(octets), receipt
    for receipt in latest.values():
        for part in receipt["parts"]:
            octets = sealed.get(f"{receipt['bid']}:{part['name']}", b"")
            if octets and sha256(octets) != part["sha256"]:
                fault(f"bid {receipt['bid']}: the envelope {part['name']} is not the one of its receipt")
    done.append(f"{len(data['receipts'])} receipts, {len(sealed)} envelopes")


def check_manifest(manifest: dict[str, Any]) -> None:
    """Leaf SHA-256(00 + receipt), node SHA-256(01 + left + right), an odd node moves up."""
    level = [hashlib.sha256(b"\x00" + canonical(row["receipt"])).digest() for row in manifest["receipts"]]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    if (level[0] if level else bytes(32)).hex() != manifest["root"]:
        fault("manifest: its root is not the root of its receipts")
    done.append(f"manifest of {len(manifest['receipts'])} bids")


# --- bids and releases, against the trail ---------------------------------------------------------


def check_bids(index: dict[str, Any], manifest: dict[str, Any]) -> None:
    """Every envelope of every bid of the manifest is on file or withheld."""
    sealed = {row["key"] for row in index["exhibits"] if row["role"] == "sealed"}
    for signed in manifest["receipts"]:
        receipt = signed["receipt"]
        missing = [part["name"] for part in receipt["parts"] if f"{receipt['bid']}:{part['name']}" not in sealed]
        for name in missing:
            fault(f"bid {receipt['bid']}: its envelope {name} is not on file")
    done.append(f"{len(manifest['receipts'])} bids of the manifest are on file")


def check_contents(bodies: list[dict[str, Any]], exhibits: dict[str, dict[str, Any]]) -> None:
    """What a bid says here is what it said when its envelope was opened."""
    for envelope in ("quality", "price"):
        opened = [body["after"] for body in bodies if body["act"] == f"tender.{envelope}_opened"]
        told = opened[-1].get("contents", {}) if opened else {}
        shown = opened[-1].get("shown", {}) if opened else {}  # without facts that only a tie lets out
        for bid, content in exhibits[f"bid-{envelope}"].items():
            expected = shown if bid in shown and "workforce" not in content else told
            if bid in expected and sha256(canonical(content)) != expected[bid]:
                fault(f"bid {bid}: its {envelope} content is not what was opened")


def check_releases(bodies: list[dict[str, Any]], releases: dict[str, bytes]) -> None:
    """Each release is the one that went out, and none is missing or added."""
    told = {
        body["after"]["release"]: body["after"]["sha256"]
        for body in bodies
        if body["act"] == "tender.release_published" and body["after"]["state"] == "published"
    }
    for name in sorted(told.keys() | releases.keys()):
        if name not in releases:
            fault(f"release {name}: it was published and is not on file")
        elif told.get(name) != sha256(releases[name]):
            fault(f"release {name}: it is not the release that was published")
    done.append(f"{len(releases)} releases")


# --- arithmetic -----------------------------------------------------------------------------------


def rounded(value: Fraction) -> Decimal:
    """0.01, a half goes up."""
    hundredths = value * 100
    whole = (abs(hundredths) * 2 + 1) // 2
    return Decimal(int(whole if hundredths >= 0 else -whole)).scaleb(-2)


def quality_points(criterion: dict[str, Any], scores: dict[str, Any], combination: str) -> Decimal:
    marks = sorted(row["mark"] for row in scores["marks"] if row["criterion"] == criterion["code"])
    agreed = [row["mark"] for row in scores["moderations"] if row["criterion"] == criterion["code"]]
    if agreed:
        mark = Fraction(agreed[0])
    elif combination == "median":
        mark = Fraction(marks[(len(marks) - 1) // 2] + marks[len(marks) // 2], 2)
    else:
        mark = Fraction(sum(marks), len(marks))
    return rounded(Fraction(Decimal(criterion["weight"])) * mark / 5)


def social_points(criterion: dict[str, Any], promise: str, staff: str) -> Decimal:
    weight, kind = Fraction(Decimal(criterion["weight"])), criterion["measure"]
    if promise == "" or not gate_passed(criterion, promise):
        return rounded(Fraction(0))
    if kind == "bool":
        return rounded(weight * (promise == "yes"))
    value = Fraction(Decimal(promise))
    if kind == "parity":
        asked = min(Fraction(50), Fraction(Decimal(staff))) if staff else Fraction(50)
        return rounded(weight * (1 - max(Fraction(0), (asked - value) / asked) if asked > 0 else 1))
    if kind == "steps":
        shares = [Fraction(Decimal(share)) for start, share in criterion["steps"] if value >= Fraction(Decimal(start))]
        return rounded(weight * max(shares, default=Fraction(0)))
    zero, full = Fraction(Decimal(criterion["zero_at"])), Fraction(Decimal(criterion["full_at"]))
    return rounded(weight * min(max((value - zero) / (full - zero), Fraction(0)), Fraction(1)))


def record_points(criterion: dict[str, Any], record: dict[str, Any]) -> Decimal:
    """The mean of the members' records by their shares; who is new has the mean of the others."""
    if record["peer_mean"] is None:
        return rounded(Fraction(0))
    shares = [Fraction(Decimal(row["share"])) for row in record["members"]]
    scores = [Fraction(Decimal(row["score"] or record["peer_mean"])) for row in record["members"]]
    parts = [share * score for share, score in zip(shares, scores, strict=True)]
    value = sum(parts, Fraction(0)) / sum(shares, Fraction(0))
    return rounded(Fraction(Decimal(criterion["weight"])) * value / 100)


def gate_passed(criterion: dict[str, Any], promise: str) -> bool:
    if criterion.get("gate") is None or criterion["measure"] == "bool":
        return True
    value, gate = Decimal(promise), Decimal(criterion["gate"])
    return value <= gate if criterion["measure"] == "lin_down" else value >= gate


def price_share(terms: dict[str, Any], lot: dict[str, Any], price: int, prices: list[int]) -> Fraction:
    """The published formulas; `prices` are all admissible ones of the lot, unless its averages were kept."""
    formula, ceiling, floor = terms["price_formula"], lot["ceiling"], lot["floor"]
    low, high, mean = min(prices), max(prices), Fraction(sum(prices), len(prices))
    if lot.get("price_field"):
        low, high, mean = (
            int(lot["price_field"]["lowest"]),
            int(lot["price_field"]["highest"]),
            Fraction(lot["price_field"]["mean"]),
        )
        price = min(max(price, low), high)
    if formula == "absolute":
        return min(max(Fraction(ceiling - price, ceiling - floor), Fraction(0)), Fraction(1))
    if formula == "ratio":
        return Fraction(low, price) if price else Fraction(1)
    if formula == "linear_ceiling":
        return Fraction(1) if low == ceiling else Fraction(ceiling - price, ceiling - low)
    if formula == "linear_worst":
        return Fraction(high - price, high - low) if high > low else Fraction(1)
    if formula == "low2x":
        return max(Fraction(0), 2 - Fraction(price, low)) if low else Fraction(price == 0)
    if formula == "bilinear":
        return bilinear(Fraction(Decimal(terms["knee"])), ceiling - price, ceiling - mean, ceiling - low)
    if formula == "power":
        if ceiling in (low, price):
            return Fraction(0)
        context = Context(prec=60)
        base = context.divide(Decimal(ceiling - price), Decimal(ceiling - low))
        return Fraction(context.power(base, Decimal(terms["exponent"]))).limit_denominator(10**15)
    return Fraction(1)


def bilinear(knee: Fraction, saving: int, mean: Fraction, largest: int) -> Fraction:
    if largest == 0:
        return Fraction(0)
    if saving <= mean:
        return knee * saving / mean
    return knee + (1 - knee) * (saving - mean) / (largest - mean)


def whole(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)


def check_points(terms: dict[str, Any], results: list[dict[str, Any]], exhibits: dict[str, dict[str, Any]]) -> None:
    """Each criterion of each bid again, from marks, promises and rates; then totals."""
    lots = {lot["number"]: lot for lot in terms["lots"]}
    again = skipped = 0
    for row in results:
        lot = lots[row["lot"]]
        prices = [other["price"] for other in results if other["lot"] == row["lot"] and has_price_points(terms, other)]
        for criterion in terms["criteria"]:
            said = row["sheet"].get(criterion["code"])
            if said is None:
                continue
            points = again_points(terms, lot, criterion, row, prices, exhibits)
            if points is None:
                skipped += 1
                continue
            again += 1
            if points != Decimal(said):
                fault(
                    f"lot {row['lot']}, bid {row['bid']}, {criterion['code']}: {said} points, but it comes to {points}"
                )
        total = sum((Decimal(points) for points in row["sheet"].values()), Decimal(0))
        if total != Decimal(row["total"]):
            fault(f"lot {row['lot']}, bid {row['bid']}: the total says {row['total']}, the points add up to {total}")
        check_price(lot, row, exhibits.get("bid-price", {}).get(row["bid"]))
    done.append(
        f"{again} points computed again" + (f", {skipped} not: what they rest on is withheld" if skipped else "")
    )


def has_price_points(terms: dict[str, Any], row: dict[str, Any]) -> bool:
    return any(criterion["block"] == "price" and criterion["code"] in row["sheet"] for criterion in terms["criteria"])


def again_points(
    terms: dict[str, Any],
    lot: dict[str, Any],
    criterion: dict[str, Any],
    row: dict[str, Any],
    prices: list[int],
    exhibits: dict[str, dict[str, Any]],
) -> Decimal | None:
    """None: what it rests on is not in this copy."""
    if criterion["block"] == "price":
        share = price_share(terms, lot, row["price"], prices)
        return rounded(Fraction(Decimal(criterion["weight"])) * share)
    if criterion["block"] == "record":
        return record_points(criterion, row["record"])
    rests_on = exhibits["scores" if criterion["block"] == "quality" else "bid-quality"].get(row["bid"])
    if rests_on is None:
        return None
    if criterion["block"] == "quality":
        plain = quality_points(criterion, rests_on, terms["combination"])
        best = row.get("renormalised_to", {}).get(criterion["code"])
        if best is None:
            return plain
        weight = Fraction(Decimal(criterion["weight"]))
        return rounded(weight * Fraction(plain) / Fraction(Decimal(best))) if Decimal(best) else rounded(Fraction(0))
    promises = rests_on.get("promises", {})
    return social_points(criterion, promises.get(criterion["code"], ""), promises.get(f"{criterion['code']}.staff", ""))


def check_price(lot: dict[str, Any], row: dict[str, Any], content: dict[str, Any] | None) -> None:
    if content is None or row["price"] is None:
        return
    rates = content["rates"][str(lot["number"])]
    price = sum(whole(Fraction(Decimal(rates[name])) * volume) for name, volume in lot["volumes"].items())
    if price != row["price"]:
        fault(f"lot {row['lot']}, bid {row['bid']}: the price says {row['price']}, the rates come to {price}")


def check_ranks(results: list[dict[str, Any]], terms: dict[str, Any], root: str) -> None:
    """Higher totals first; equal ones by the figures that are given, and a draw from the manifest's root."""
    for lot in sorted({row["lot"] for row in results}):
        ranked = sorted((row for row in results if row["lot"] == lot and row["rank"]), key=lambda row: int(row["rank"]))
        if [row["rank"] for row in ranked] != list(range(1, len(ranked) + 1)):
            fault(f"lot {lot}: a rank is missing or stands twice")
        for first, second in pairwise(ranked):
            if Decimal(first["total"]) < Decimal(second["total"]):
                fault(f"lot {lot}: bid {second['bid']} has more points than the one before it")
        drawn = [step for row in ranked for step in row["tie_break"] or () if step["step"] == "draw"]
        for step in drawn:
            check_draw(lot, step["figures"], terms["draw_value"], root)
    done.append("ranks and draws")


def check_draw(lot: int, figures: dict[str, str], value: str, root: str) -> None:
    seed = hashlib.sha256(bytes.fromhex(root) + value.encode()).digest()
    for bid, mark in figures.items():
        if hashlib.sha256(seed + bid.encode()).hexdigest() != mark:
            fault(f"lot {lot}: the draw of bid {bid} is not the one that root and value give")


def check_against_trail(
    bodies: list[dict[str, Any]], results: list[dict[str, Any]], terms: dict[str, Any], number: str
) -> None:
    """What was ranked and locked then is what lies here now: the chain vouches for it."""
    for lot in [row["number"] for row in terms["lots"]]:
        said = [b["after"] for b in bodies if b["act"] == "lot.ranked" and b["subject"] == f"{number} lot {lot}"]
        here = {row["bid"] for row in results if row["lot"] == lot}
        for bid in sorted(set(said[-1]) - here if said else ()):
            fault(f"lot {lot}, bid {bid}: it was ranked and is not in the results")
        for row in (row for row in results if row["lot"] == lot and said):
            now = {"rank": row["rank"], "total": row["total"], "price": row["price"]}
            if row["rank"] and said[-1].get(row["bid"]) != now:
                fault(f"lot {lot}, bid {row['bid']}: rank, total or price is not what the audit trail recorded")
    locked = [body["after"] for body in bodies if body["act"] == "tender.scores_locked"]
    questions = [row["code"] for row in terms["criteria"] if row["block"] == "quality"]
    for row in results if locked and not terms.get("is_renormalised") else ():
        points = sum((Decimal(row["sheet"].get(code, "0")) for code in questions), Decimal(0))
        if row["bid"] in locked[-1] and Decimal(locked[-1][row["bid"]]) != points:
            fault(f"bid {row['bid']}: its quality points are not those that were locked")
    done.append("results against the audit trail")


# --- Ed25519 (RFC 8032), to check signatures without any library ----------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(scalar: int, point: Point) -> Point:
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def decoded(octets: bytes) -> Point | None:
    number = int.from_bytes(octets, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def ed25519_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `key`."""
    base = decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if len(signature) != 64 or base is None:
        return False
    point, commitment = decoded(key), decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(scalar, base), add(commitment, times(challenge, point))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- all of it ------------------------------------------------------------------------------------


def read(folder: Path, row: dict[str, Any]) -> Any:
    path = folder / row["name"]
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def main(folder: Path) -> int:
    index = json.loads((folder / "index.json").read_text("utf-8"))
    check_files(folder, index)
    here = [row for row in index["exhibits"] if not row.get("withheld") and (folder / row["name"]).is_file()]
    one = {row["role"]: read(folder, row) for row in here if row["role"] and not row["key"]}
    many: dict[str, dict[str, Any]] = {"scores": {}, "bid-quality": {}, "bid-price": {}}
    for row in here:
        if row["role"] in many:
            many[row["role"]][row["key"]] = read(folder, row)
    sealed = {row["key"]: (folder / row["name"]).read_bytes() for row in here if row["role"] == "sealed"}
    if "audit" in one:
        check_chain(one["audit"], index)
    if "receipts" in one:
        check_receipts(one["receipts"], sealed)
    if "manifest" in one:
        check_manifest(one["manifest"])
        check_bids(index, one["manifest"])
    bodies = [entry["body"] for entry in one["audit"] if "body" in entry]
    check_contents(bodies, many)
    check_releases(
        bodies, {row["key"]: (folder / row["name"]).read_bytes() for row in here if row["role"] == "release"}
    )
    if "results" in one:
        check_points(one["tender"], one["results"], many)
        check_ranks(one["results"], one["tender"], one.get("manifest", {}).get("root", ""))
        check_against_trail(bodies, one["results"], one["tender"], one["tender"]["number"])
    print(f"Court file {index['number']} of tender {index['tender']}, made {index['made_at']}")
    for text in done:
        print(f"  checked: {text}")
    for text in found:
        print(f"  NOT IN ORDER: {text}")
    print("Everything is in order." if not found else f"{len(found)} things are not in order.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
