"""Every keyword with every shape of a value: the linter and keepalived agree on each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from havip.keepalived import unavailable
from havip.keepalived.check import check_all
from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.lint import lint, refused
from tests.keepalived.test_keepalived_differential import ID, accepts, shown

REASON = unavailable()
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
BATCH = 400
SHAPES = [
    *("{k}", "{k} 1", "{k} 0", "{k} x", "{k} -1", "{k} on", "{k} 10.0.0.3 80", "{k} eth1"),
    *('{k} ""', "{k} {{\n}}", "{k} {{\n x\n}}", "{k} n1 {{\n}}"),
]
NAMESPACES = {"net_namespace", "net_namespace_ipvs", "namespace_with_ipsets"}
"""Keywords that make keepalived enter a namespace of this machine."""
WHOLE = """global_defs {
 enable_script_security
 script_user root
<global_defs>}
vrrp_script c1 {
 script /bin/true
<vrrp_script>}
vrrp_track_process p1 {
 process nginx
<vrrp_track_process>}
track_file f1 {
 file /run/maint
<track_file>}
vrrp_track_file f2 {
 file /run/maint
<vrrp_track_file>}
bfd_instance b1 {
 neighbor_ip 10.0.0.2
<bfd_instance>}
vrrp_instance VI_1 {
 state BACKUP
 interface eth0
 virtual_router_id 51
 priority 100
 unicast_src_ip 10.0.0.1
 unicast_peer {
  10.0.0.2
 }
 authentication {
  auth_type PASS
  auth_pass abcd
<authentication> }
 virtual_ipaddress {
  10.0.0.9
 }
<vrrp_instance>}
vrrp_instance VI_2 {
 state BACKUP
 interface eth0
 virtual_router_id 52
 priority 100
 unicast_src_ip 10.0.0.1
 unicast_peer {
  10.0.0.2
 }
 virtual_ipaddress {
  10.0.0.10
 }
}
vrrp_sync_group G1 {
 group {
  VI_1
  VI_2
 }
<vrrp_sync_group>}
garp_group {
 garp_interval 1
<garp_group>}
SSL {
 password x
<SSL>}
virtual_server 10.0.0.9 80 {
 lb_algo rr
 lb_kind NAT
 protocol TCP
 sorry_server 10.0.0.8 80
<virtual_server> real_server 10.0.0.5 80 {
<real_server>  HTTP_GET {
   url {
    path /
<url>   }
<HTTP_GET>  }
  TCP_CHECK {
<TCP_CHECK>  }
  UDP_CHECK {
<UDP_CHECK>  }
  SMTP_CHECK {
   host {
<host>   }
<SMTP_CHECK>  }
  DNS_CHECK {
<DNS_CHECK>  }
  MISC_CHECK {
   misc_path /bin/true
<MISC_CHECK>  }
  FILE_CHECK {
   track_file f1
<FILE_CHECK>  }
  BFD_CHECK {
   name b1
<BFD_CHECK>  }
 }
}
<>"""


def files() -> Iterator[str]:
    """Yield the whole file with one line more, in each block, of each keyword and shape."""
    blocks = [block for block in KEYWORDS if f"<{block}>" in WHOLE]
    for block in blocks:
        for keyword in KEYWORDS[block].keys() - NAMESPACES:
            for shape in SHAPES:
                text = WHOLE.replace(f"<{block}>", shape.format(k=keyword) + "\n", 1)
                for other in blocks:
                    text = text.replace(f"<{other}>", "", 1)
                yield text


def compare(texts: list[str]) -> None:
    wrong: list[str] = []
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        for text, result in zip(part, check_all(part, config_id=ID), strict=True):
            found = lint(text, config_id=ID)
            if refused(found) == accepts(result):
                wrong.append(shown(text, result, [str(one) for one in found]))
    print(f"{len(texts)} files of one keyword and value, {len(wrong)} disagreements")
    assert not wrong, wrong[0]


def test_linter_and_keepalived_agree_on_a_sample_of_keywords() -> None:
    compare(sorted(files())[::80])


@pytest.mark.soak
def test_linter_and_keepalived_agree_on_every_keyword_and_shape() -> None:
    compare(sorted(files()))
