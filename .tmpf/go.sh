B=/tmp/wt/keep/dist/browse; kind=$1; secs=$2
export BROWSE_HOME=$(mktemp -d /tmp/wt/keep/.tmpf/hXXXX) 
$B goto http://127.0.0.1:8931/e --session calm >/dev/null 2>&1
timeout 20 $B goto http://127.0.0.1:8931/$kind --session flood 2>&1 | cut -c1-150
pid=$(grep -o "\"pid\":[0-9]*" $BROWSE_HOME/run/daemon.json | head -1 | cut -d: -f2)
end=$(($(date +%s)+secs)); max=0; n=0
while [ $(date +%s) -lt $end ]; do for c in url "js 1+1" "snapshot -i" tabs; do a=$(date +%s%N); timeout 30 $B $c --session calm >/dev/null 2>$BROWSE_HOME/err || { echo "$c failed: $(head -c 200 $BROWSE_HOME/err)"; }; t=$((($(date +%s%N)-a)/1000000)); n=$((n+1)); [ $t -gt $max ] && max=$t && w="$c"; done; done
echo "$kind: calm n=$n max=${max}ms ($w); rss=$(grep VmRSS /proc/$pid/status); tree:"; ps -o rss=,args= --ppid $pid | cut -c1-80 | sort -rn | head -3
du -sk $BROWSE_HOME --exclude=tmp | cut -f1; du -sk $BROWSE_HOME/artifacts $BROWSE_HOME/log.db $BROWSE_HOME/daemon.log 2>/dev/null
a=$(date +%s%N); timeout 20 $B tabs --session flood 2>&1 | tail -4 | cut -c1-220; echo "flood tabs: $((($(date +%s%N)-a)/1000000))ms"
a=$(date +%s%N); timeout 30 $B session close flood 2>&1 | cut -c1-200; echo "close: $((($(date +%s%N)-a)/1000000))ms"
a=$(date +%s%N); timeout 30 $B stop 2>&1 | cut -c1-200; echo "stop: $((($(date +%s%N)-a)/1000000))ms"
tail -3 $BROWSE_HOME/daemon.log | cut -c1-200; rm -rf $BROWSE_HOME
