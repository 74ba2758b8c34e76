#!/usr/bin/env python3
"""A second implementation of Sparsam's pseudonyms, from the design alone.

Prints the vectors that stand in PseudonymiseTests. With "cases" as argument it reads lines of
tab-separated hex (secret, shop, key name, epoch, domain, normalised value) from standard input and
prints K, check and token for each, so that the tests can compare many random cases.
"""

import base64
import hashlib
import hmac
import sys

PROTOCOL = b"sparsam/v1"


def lp(part):
    """Frames a part by its length."""
    return len(part).to_bytes(2, "big") + part


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def expand(root, info, count):
    """HKDF-Expand of RFC 5869, section 2.3."""
    output, block, number = b"", b"", 1
    while len(output) < count:
        block = mac(root, block + info + bytes([number]))
        output += block
        number += 1
    return output[:count]


def vectors(secret, shop, name, epoch, domain, value, tag=b"t"):
    """Returns K, check and token of a normalised value."""
    root = mac(PROTOCOL + b" epoch-root", secret)
    frame = lp(shop) + lp(name) + lp(epoch)
    key = expand(root, lp(PROTOCOL) + lp(b"pseudonym") + frame + lp(domain), 32)
    check = expand(root, lp(PROTOCOL) + lp(b"check") + frame, 8)
    code = mac(key, b"\x01" + lp(domain) + len(value).to_bytes(4, "big") + value)
    text = base64.b32encode(code[:16]).decode().lower().rstrip("=")
    return key.hex(), check.hex(), tag.decode() + text


def main():
    if sys.argv[1:] == ["cases"]:
        for line in sys.stdin:
            parts = [bytes.fromhex(part) for part in line.rstrip("\n").split("\t")]
            print(*vectors(*parts), sep="\t")
        return
    secret = bytes(range(32))
    domain = b"email"
    for value in [b"anna@shop.example", "jürgen@shop.example".encode(), b""]:
        key, check, token = vectors(secret, b"shop-1", b"orders", b"q2026-4", domain, value)
        print("value", value.decode() or "(empty)")
        print("K    ", key)
        print("check", check)
        print("token", token)
    address = bytes([192, 0, 2, 7])
    agent = b"Mozilla/5.0"
    pair = lp(b"ip") + lp(address) + lp(b"user_agent") + lp(agent)
    print("tuple", *vectors(secret, b"shop-1", b"visitor", b"d2026-04-01", b"tuple", pair))
    half = lp(b"ip") + lp(address) + lp(b"user_agent") + lp(b"")
    print("half ", *vectors(secret, b"shop-1", b"visitor", b"d2026-04-01", b"tuple", half))


if __name__ == "__main__":
    main()
