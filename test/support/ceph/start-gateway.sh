#!/bin/bash
# A real S3 service on this machine: Ceph with one monitor, one disk (in memory) and one gateway.
# start-gateway.sh FOLDER PORT MON_PORT MON_PORT_V1
# Says "ready" when the gateway is starting up, for the key octavo-test / octavo-test-secret. Runs until
# its standard input ends, so that nothing is left behind when whoever started it is killed.
set -euo pipefail
folder=$1 port=$2 mon=$3 mon_v1=$4
mkdir -p "$folder"/{mon,osd,run,log}
export CEPH_CONF=$folder/ceph.conf
cat >"$CEPH_CONF" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v2:127.0.0.1:$mon,v1:127.0.0.1:$mon_v1]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
keyring = $folder/keyring
mon_data = $folder/mon
osd_data = $folder/osd
run_dir = $folder/run
admin_socket = $folder/run/\$name.\$pid.asok
log_file = $folder/log/\$name.log
# One of everything, and no waiting for others to agree.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 2147483648
rgw_frontends = beast endpoint=127.0.0.1:$port
CONF

# Nothing of it is worth an orderly end.
trap 'kill -KILL $(jobs -p) 2>/dev/null; wait' EXIT

ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *' >&2
for name in client.admin osd.0 client.rgw; do
  ceph-authtool "$folder/keyring" --gen-key -n "$name" \
    --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >&2
done
fsid=$(sed -n 's/^fsid = //p' "$CEPH_CONF")
monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon,v1:127.0.0.1:$mon_v1]" \
  "$folder/monmap" >&2
ceph-mon -i a --mkfs --monmap "$folder/monmap" --keyring "$folder/keyring" >&2
ceph-mon -f -i a >&2 2>&1 &

disk=$(cat /proc/sys/kernel/random/uuid)
ceph osd new "$disk" >&2
ceph-osd -i 0 --mkfs --osd-uuid "$disk" >&2
ceph osd crush add osd.0 1.0 host=localhost root=default >&2
ceph-osd -f -i 0 >&2 &
until ceph osd stat 2>/dev/null | grep -q '1 up'; do sleep 0.1; done
# Makes the pools that the gateway would make while it starts.
radosgw-admin -n client.rgw user create --uid=octavo --display-name=octavo \
  --access-key=octavo-test --secret-key=octavo-test-secret >&2
radosgw -f -n client.rgw >&2 &
echo ready
cat >"$folder/rest"
