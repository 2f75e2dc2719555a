# Runs one server, and ends it when the JVM that asked for it is gone, however the JVM ended.
#
#   sh -c SCRIPT watchdog STOP_SIGNAL DIRECTORY LOG COMMAND...
#
# Its standard input is a pipe from the JVM. The line "stop" stops the server and leaves its directory. The end of the
# input without that line means that the JVM has died: the directory goes as well, and the directory above it when that
# is empty then. Its first output line is the server's pid; its exit status is the server's.

# Where there is no setsid, Ctrl-C reaches this shell too. The JVM decides what ends, and in which order.
trap '' INT HUP QUIT

stop_signal=$1 directory=$2 log=$3
shift 3
orphaned=77

exec 3<&0 </dev/null
"$@" >>"$log" 2>&1 3<&- &
server=$!
echo "$server"

# Not earlier: what is ignored here, a command ignores as well.
trap '' TERM

(
  order=
  read -r order <&3
  trap '' USR1
  kill -CONT "$server"
  kill -"$stop_signal" "$server"
  tenths=0
  while kill -0 "$server" && [ "$tenths" -lt 100 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  kill -KILL "$server"
  [ "$order" = stop ] || exit "$orphaned"
) 2>/dev/null &
guard=$!

wait "$server"
status=$?
kill -USR1 "$guard" 2>/dev/null
wait "$guard"
if [ $? -eq "$orphaned" ]; then
  rm -rf "$directory"
  rmdir "$(dirname "$directory")" 2>/dev/null
fi
exit "$status"
