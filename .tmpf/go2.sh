B=/tmp/wt/keep/dist/browse; kind=$1; secs=$2
export BROWSE_HOME=$(mktemp -d /tmp/wt/keep/.tmpf/hXXXX) 
$B goto http://127.0.0.1:8931/e --session calm >/dev/null 2>&1
timeout 20 $B goto http://127.0.0.1:8931/$kind --session flood 2>&1 | cut -c1-150
pid=$(grep -o '"pid":[0-9]*' $BROWSE_HOME/run/daemon.json | head -1 | cut -d: -f2)
t0=$(date +%s%N)
for i in 1 2 3 4 5 6 7 8; do for c in url "js 1+1" "snapshot -i"; do a=$(date +%s%N); timeout 40 $B $c --session calm --timeout 35s >/dev/null 2>$BROWSE_HOME/err || { echo "$c failed: $(head -c 200 $BROWSE_HOME/err)"; }; t=$((($(date +%s%N)-a)/1000000)); echo -n "$c ${t}ms | "; done; echo "at $((($(date +%s%N)-t0)/1000000)) cpu $(cut -d' ' -f14,15 /proc/$pid/stat) rss $(grep VmRSS /proc/$pid/status | tr -s ' \t' ' ')"; [ $((($(date +%s%N)-t0)/1000000000)) -gt $secs ] && break; done
$B tabs --session flood 2>&1 | cut -c1-200
$B session close flood; $B stop; rm -rf $BROWSE_HOME
