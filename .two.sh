T=$(mktemp -d); cd "$T"; mkdir a b
for h in a b; do BROWSE_HOME=$T/$h $B logs serve | head -1; done; ss -ltnp | grep ':77[12]'
for h in a b; do BROWSE_HOME=$T/$h $B stop; done; rm -rf $T
