"""What this machine is to the cloud, from the metadata service that only machines there have."""

from __future__ import annotations

import os
from typing import Final

from havip._transport.http import Transport
from havip.errors import BadAnswerError, TransportError, UnreachableError

ROOT: Final = "http://metadata.tencentyun.com/latest/meta-data/"
_ROLES: Final = "cam/security-credentials"


class Machine:
    """This machine, as its metadata service describes it.

    ``HAVIP_METADATA_URL`` names another address to ask, with or without the part that leads to
    the credentials of roles; set to nothing, it switches this off. A question is answered or
    given up within seconds: what runs at a failover must not wait.

    Args:
        url: Where to ask; that of the variable, or the cloud's own, if left out.
        timeout: Seconds to wait for an answer.
    """

    def __init__(self, *, url: str | None = None, timeout: float = 2.0) -> None:
        self._url = url
        self._timeout = timeout

    def instance_id(self) -> str:
        """Give the id of this instance, such as ``ins-1a2b3c4d``.

        Raises:
            TransportError: Nothing, or nothing of use, answers.
        """
        return self._ask("instance-id")

    def region(self) -> str:
        """Give the region that this instance is in, such as ``ap-guangzhou``.

        Raises:
            TransportError: Nothing, or nothing of use, answers.
        """
        return self._ask("placement/region")

    def _ask(self, what: str) -> str:
        url = self._url if self._url is not None else os.environ.get("HAVIP_METADATA_URL", ROOT)
        if not url:
            raise UnreachableError("metadata service: switched off by HAVIP_METADATA_URL")
        transport = Transport(connect_timeout=1.0, read_timeout=self._timeout, proxies={})
        try:
            reply = transport.request(
                "GET", f"{url.partition(_ROLES)[0].rstrip('/')}/{what}", {"Accept": "*/*"}
            )
        except TransportError:
            raise UnreachableError(
                f"metadata service: no {what}, since none answers, as on a machine outside of "
                "Tencent Cloud"
            ) from None
        finally:
            transport.close()
        lines = reply.body.decode("utf-8", errors="replace").split()
        if reply.status != 200 or len(lines) != 1:
            raise BadAnswerError(
                f"metadata service: no {what} in its answer (HTTP {reply.status})", reply.status
            )
        return lines[0]
