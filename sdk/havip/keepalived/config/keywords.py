"""Keywords of keepalived.conf by block.

A word is a keyword of every version from 2.0 on, or ``KEYWORD@VERSION`` if it was added later. A
keyword that is missing here is unknown to all versions up to 2.4: keepalived ignores its line.
"""

from __future__ import annotations

from typing import Final

_TOP = """
    SSL bfd_instance child_wait_time garp_group global_defs instance
    interface_up_down_delays@2.2.3 linkbeat_interfaces@2.0.13 linkbeat_use_polling
    namespace_with_ipsets net_namespace net_namespace_ipvs@2.1.0 static_ipaddress static_routes
    static_rules track_file@2.1.0 track_group@2.0.3 use_pid_dir virtual_server
    virtual_server_group vrrp_instance vrrp_script vrrp_sync_group vrrp_track_file
    vrrp_track_process@2.0.11
"""
_GLOBAL_DEFS = """
    bfd_cpu_affinity@2.0.17 bfd_no_swap bfd_priority bfd_process_name@2.0.16 bfd_rlimit_rtime
    bfd_rlimit_rttime@2.1.0 bfd_rt_priority checker_cpu_affinity@2.0.17
    checker_log_all_failures@2.0.11 checker_no_swap checker_priority checker_process_name@2.2.0
    checker_rlimit_rtime checker_rlimit_rttime@2.1.0 checker_rt_priority config_save_dir@2.2.3
    data_use_instance@2.2.3 dbus_no_interface_name@2.3.0 dbus_service_name default_interface
    disable_local_igmp@2.2.0 dynamic_interfaces enable_dbus enable_script_security
    enable_snmp_checker enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2
    enable_snmp_rfcv3 enable_snmp_vrrp enable_traps fifo_write_vrrp_states_on_reload@2.2.5
    include_check@2.2.0 iproute_etc_dir@2.3.2 iproute_usr_dir@2.3.2 json_dump_file@2.3.3
    json_version@2.2.8 log_unknown_vrids@2.0.16 lvs_flush lvs_flush_on_stop@2.2.0
    lvs_flush_onstop@2.0.15 lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force
    lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo
    lvs_notify_fifo_script lvs_process_name@2.0.16 lvs_sync_daemon lvs_timeouts
    max_auto_priority@2.1.0 min_auto_priority_delay@2.1.0 nftables@2.0.11
    nftables_counters@2.0.11 nftables_ifindex@2.0.11 nftables_ipvs@2.2.2
    nftables_ipvs_priority@2.2.2 nftables_ipvs_start_fwmark@2.2.2 nftables_priority@2.0.11
    no_checker_emails no_email_faults notification_email notification_email_from notify_fifo
    notify_fifo_script process_monitor_rcv_bufs@2.0.11 process_monitor_rcv_bufs_force@2.0.11
    process_name@2.0.16 process_names@2.0.16 random_seed@2.0.15 reload_check_config@2.2.0
    reload_file@2.2.0 reload_repeat@2.1.0 reload_time_file@2.1.0 router_id rs_init_notifies
    script_user set_supplementary_groups shutdown_script@2.1.0 shutdown_script_timeout@2.1.0
    smtp_alert smtp_alert_checker smtp_alert_vrrp smtp_connect_timeout smtp_helo_name
    smtp_server snmp_rs_stats_update_interval@2.3.0 snmp_socket
    snmp_vs_stats_update_interval@2.3.0 startup_script@2.1.0 startup_script_timeout@2.1.0
    state_dump_file@2.3.3 stats_dump_file@2.3.3 tmp_config_directory@2.2.0 umask@2.0.9
    use_symlink_paths@2.3.0 v3_checksum_as_v2@2.2.8 vmac_addr_prefix@2.2.0 vmac_prefix@2.2.0
    vrrp_check_unicast_src vrrp_cpu_affinity@2.0.17 vrrp_delay_after_boot@2.4.0
    vrrp_down_timer_adverts@2.2.3 vrrp_garp_extra_if@2.2.3 vrrp_garp_interval
    vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_delay
    vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat
    vrrp_gna_interval vrrp_higher_prio_send_advert vrrp_ipsets vrrp_iptables
    vrrp_lower_prio_no_advert vrrp_mcast_group4 vrrp_mcast_group6 vrrp_min_garp@2.0.12
    vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs
    vrrp_netlink_monitor_rcv_bufs_force vrrp_no_swap vrrp_notify_fifo vrrp_notify_fifo_script
    vrrp_notify_priority_changes@2.0.16 vrrp_owner_ignore_adverts@2.3.3 vrrp_priority
    vrrp_process_name@2.0.16 vrrp_rlimit_rtime vrrp_rlimit_rttime@2.1.0 vrrp_rt_priority
    vrrp_rx_bufs_multiplier@2.0.3 vrrp_rx_bufs_policy@2.0.3 vrrp_skip_check_adv_addr
    vrrp_startup_delay@2.0.14 vrrp_strict vrrp_version vrrp_vmac_garp_intvl@2.2.0
"""
_VRRP_INSTANCE = """
    accept advert_int auth_hmac@2.4.0 authentication check_unicast_src@2.1.0 debug
    dont_track_primary down_timer_adverts@2.2.3 garp_extra_if@2.2.3 garp_lower_prio_delay
    garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat
    garp_master_repeat higher_prio_send_advert interface kernel_rx_buf_size@2.0.3
    linkbeat_use_polling lower_prio_no_advert lvs_sync_daemon_interface mcast_dst_ip@2.2.5
    mcast_src_ip native_ipv6 no_accept no_virtual_ipaddress@2.2.8 nopreempt notify notify_backup
    notify_deleted@2.1.0 notify_fault notify_master notify_master_rx_lower_pri@2.0.6
    notify_priority_changes@2.0.16 notify_stop old_unicast_checksum owner_ignore_adverts@2.3.3
    preempt preempt_delay priority promote_secondaries skip_check_adv_addr smtp_alert state
    strict_mode thread_timer_expired@2.3.2 timer_expired_backup@2.2.8 track_bfd track_file
    track_interface track_process@2.0.11 track_script track_src_ip unicast_fault_no_peer@2.2.5
    unicast_peer unicast_src_ip unicast_ttl@2.1.0 use_ipvlan@2.0.17 use_vmac use_vmac_addr@2.2.0
    v3_checksum_as_v2@2.2.8 version virtual_ipaddress virtual_ipaddress_excluded
    virtual_router_id virtual_routes virtual_rules vmac_garp_intvl@2.2.0 vmac_xmit_base
    vrf@2.2.5
"""
_AUTHENTICATION = """
    auth_pass auth_type
"""
_AUTH_HMAC = """
    active_key@2.4.0 anti_replay@2.4.0 key@2.4.0 mode@2.4.0 time_window@2.4.0
"""
_VRRP_SCRIPT = """
    fall init_fail interval rise script timeout user weight
"""
_VRRP_SYNC_GROUP = """
    global_tracking group notify notify_backup notify_fault notify_master
    notify_priority_changes@2.2.0 notify_stop smtp_alert sync_group_tracking_weight track_bfd
    track_file track_interface track_process@2.0.11 track_script
"""
_VRRP_TRACK_PROCESS = """
    delay@2.0.11 fork_delay@2.0.16 full_command@2.0.11 param_match@2.0.16 process@2.0.11
    quorum@2.0.11 quorum_max@2.0.16 terminate_delay@2.0.16 weight@2.0.11
"""
_TRACK_FILE = """
    file init_file weight
"""
_GARP_GROUP = """
    garp_interval gna_interval interface interfaces
"""
_TRACK_GROUP = """
    group@2.0.3
"""

_VIRTUAL_SERVER = """
    alpha connect_timeout delay_before_retry delay_loop flag-1 flag-2 flag-3 ha_suspend hashed
    hysteresis inhibit_on_failure ip_family lb_algo lb_kind lvs_method lvs_sched
    mh-fallback@2.0.20 mh-port@2.0.20 omega ops persistence_engine persistence_granularity
    persistence_timeout protocol quorum quorum_down quorum_up real_server retry sh-fallback sh-port
    smtp_alert snmp_name@2.2.3 sorry_server sorry_server_inhibit sorry_server_lvs_method
    virtualhost warmup weight
"""
_REAL_SERVER = """
    BFD_CHECK DNS_CHECK FILE_CHECK@2.1.0 HTTP_GET MISC_CHECK PING_CHECK@2.1.0 SMTP_CHECK SSL_GET
    TCP_CHECK UDP_CHECK@2.1.0 alpha connect_timeout delay_before_retry delay_loop
    inhibit_on_failure lthreshold lvs_method notify_down notify_up retry smtp_alert
    snmp_name@2.2.3 uthreshold virtualhost warmup weight
"""
_ANY_CHECK = """
    alpha delay_before_retry delay_loop log_all_failures@2.0.11 retry warmup
"""
_CONNECTION = f"""
    {_ANY_CHECK} bind_if bind_port bindto connect_ip connect_port connect_timeout fwmark
"""
_HTTP_GET = f"""
    {_CONNECTION} enable_sni fast_recovery@2.0.17 http_protocol@2.0.17 nb_get_retry
    tls_compliant@2.2.8 url virtualhost
"""
_URL = """
    digest path regex@2.0.7 regex_max_offset@2.0.7 regex_min_offset@2.0.7 regex_no_match@2.0.7
    regex_options@2.0.7 regex_stack@2.0.7 status_code virtualhost
"""
_UDP_CHECK = f"""
    {_CONNECTION} max_reply_length@2.2.0 min_reply_length@2.2.0 payload@2.2.0 require_reply@2.1.0
"""
_BFD_INSTANCE = """
    checker hoplimit idle_tx max_hops min_rx min_tx multihop@2.2.8 multiplier neighbor_ip
    neighbour_ip passive source_ip ttl vrrp weight
"""


def _since(words: str) -> dict[str, str]:
    """Map keywords to the version that added them; empty for 2.0."""
    pairs = (word.partition("@") for word in words.split())
    return {keyword: since for keyword, _, since in pairs}


KEYWORDS: Final[dict[str, dict[str, str]]] = {
    "": _since(_TOP),
    "global_defs": _since(_GLOBAL_DEFS),
    "vrrp_instance": _since(_VRRP_INSTANCE),
    "authentication": _since(_AUTHENTICATION),
    "auth_hmac": _since(_AUTH_HMAC),
    "vrrp_script": _since(_VRRP_SCRIPT),
    "vrrp_sync_group": _since(_VRRP_SYNC_GROUP),
    "vrrp_track_process": _since(_VRRP_TRACK_PROCESS),
    "track_file": _since(_TRACK_FILE),
    "garp_group": _since(_GARP_GROUP),
    "track_group": _since(_TRACK_GROUP),
    "vrrp_track_file": _since(_TRACK_FILE),
    "virtual_server": _since(_VIRTUAL_SERVER),
    "real_server": _since(_REAL_SERVER),
    "HTTP_GET": _since(_HTTP_GET),
    "SSL_GET": _since(_HTTP_GET),
    "url": _since(_URL),
    "TCP_CHECK": _since(_CONNECTION),
    "PING_CHECK": _since(_CONNECTION),
    "UDP_CHECK": _since(_UDP_CHECK),
    "SMTP_CHECK": _since(f"{_CONNECTION} helo_name host"),
    "host": _since(_CONNECTION),
    "DNS_CHECK": _since(f"{_CONNECTION} name type"),
    "MISC_CHECK": _since(f"{_ANY_CHECK} misc_dynamic misc_path misc_timeout user"),
    "FILE_CHECK": _since("track_file weight"),
    "BFD_CHECK": _since("alpha name"),
    "SSL": _since("ca certificate key password"),
    "bfd_instance": _since(_BFD_INSTANCE),
}
"""Versions that added the keywords (empty for 2.0), by block; ``""`` is the top level."""


def known(keyword: str, block: str, version: str) -> bool:
    """Return whether a version of keepalived supports a keyword in a block."""
    since = KEYWORDS[block].get(keyword)
    return since is not None and at_least(version, since)


def at_least(version: str, since: str) -> bool:
    """Return whether a version is at least another one; an empty version is older than any."""
    return _numbers(version) >= _numbers(since)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part]
