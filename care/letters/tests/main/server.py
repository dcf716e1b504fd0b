"""A real mail server (aiosmtpd) that prints its port, then each letter as a line of JSON.

It refuses `nobody@` for good and `later@` twice; with a certificate and a key it speaks TLS from the first byte.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP

tried = {}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return f"550 5.1.1 <{address}> no such mailbox"
        tried[address] = tried.get(address, 0) + 1
        if address.startswith("later@") and tried[address] < 3:
            return f"451 4.3.0 <{address}> come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "content": envelope.content.decode("utf-8"),
        }
        print(json.dumps(letter), flush=True)
        return "250 taken"


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), hostname="mail.example"), "127.0.0.1", 0, ssl=context
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started this closes its input when it is done.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
