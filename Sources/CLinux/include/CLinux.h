// What Swift's importer cannot see: Linux calls behind _GNU_SOURCE, variadic calls, and the CMSG_
// macros. Every function here is one system call (or one macro) and returns what it returns:
// -1 with errno set on failure. No GNU type appears in this header.
#pragma once
#include <stddef.h>
#include <stdint.h>

// epoll(7), eventfd(2), signalfd(2)
struct linux_event {
  uint32_t events;
  uint64_t data;
};
enum {
  LINUX_EVENT_READABLE = 0x001,
  LINUX_EVENT_URGENT = 0x002,
  LINUX_EVENT_WRITABLE = 0x004,
  LINUX_EVENT_ERROR = 0x008,
  LINUX_EVENT_HANGUP = 0x010,
  LINUX_EVENT_PEER_ENDED = 0x2000,
};
int linux_epoll_create(void);
/// Adds a descriptor, edge-triggered, for everything that can happen to it.
int linux_epoll_add(int epoll, int descriptor, uint64_t data);
int linux_epoll_remove(int epoll, int descriptor);
/// Waits at most `nanoseconds` (negative: for ever); fills `events`, at most `limit` (up to 256).
int linux_epoll_wait(int epoll, struct linux_event *events, int limit, int64_t nanoseconds);
int linux_eventfd(void);
/// Blocks the signals for this thread and returns a descriptor that reports them.
int linux_signalfd(const int *signals, int count);
/// The next pending signal's number, or -1 with EAGAIN.
int linux_signalfd_read(int descriptor);
int linux_unblock_all_signals(void);
/// Whether the signal is ignored now: 1 or 0.
int linux_signal_is_ignored(int signal);
int linux_signal_ignore(int signal);
int linux_signal_default(int signal);
/// Ends this process by the signal, with its default action.
void linux_die_of(int signal);

// Descriptors
int linux_open(const char *path, int flags, unsigned mode);
int linux_is_open(int descriptor);
/// Puts a descriptor on which nothing can be read or written at `number`, closed on exec.
int linux_occupy(int number);
long linux_read_nowait(int descriptor, void *buffer, size_t size);
long linux_write_nowait(int descriptor, const void *buffer, size_t size);

// Bytes moved inside the kernel
/// Moves bytes where one of the two is a pipe (splice(2)); a pipe never waits if `may_wait` is 0.
long linux_splice(int from, int to, size_t size, int may_wait);
/// From a file's position on (sendfile(2)).
long linux_sendfile(int socket, int file, size_t size);
/// Takes bytes from a TCP connection and throws them away (MSG_TRUNC in tcp(7)), without waiting.
long linux_discard(int socket, size_t size);
/// Sets SO_RCVLOWAT.
int linux_set_low_water_mark(int socket, int count);
/// Gives a pipe room for at least so many bytes (F_SETPIPE_SZ).
int linux_enlarge_pipe(int descriptor, int size);
/// Whether a pipe keeps messages apart (O_DIRECT).
int linux_keeps_messages(int pipe);
enum { LINUX_SOURCE_READY = 1, LINUX_SINK_READY = 2, LINUX_SINK_BROKEN = 4 };
/// Which of two descriptors can be read and written now, without waiting (poll(2)).
int linux_poll_pair(int source, int sink);

// Sockets
int linux_socket(int family, int type, int protocol);
int linux_socketpair(int family, int type, int protocol, int descriptors[2]);
int linux_bind(int descriptor, const void *address, uint32_t size);
int linux_connect(int descriptor, const void *address, uint32_t size);
int linux_accept(int descriptor, void *address, uint32_t *size);
int linux_local_name(int descriptor, void *address, uint32_t *size);
int linux_peer_name(int descriptor, void *address, uint32_t *size);
long linux_sendmsg(int descriptor, const void *address, uint32_t address_size, const void *bytes,
                   size_t size, const void *control, size_t control_size, int flags);
/// Sizes are capacities before the call and what was filled after it.
long linux_recvmsg(int descriptor, void *address, uint32_t *address_size, void *buffer,
                   size_t size, void *control, size_t *control_size, int flags,
                   int *flags_received);
/// One piece of what is sent: struct iovec.
struct linux_bytes {
  const void *bytes;
  size_t size;
};
/// What one message is made of: one datagram, or with `segment` > 0 several of that size, of which
/// the last may be shorter (UDP_SEGMENT).
struct linux_outgoing {
  const struct linux_bytes *pieces;
  size_t piece_count;
  uint16_t segment;
};
enum { LINUX_MESSAGE_LIMIT = 64 };
/// Sends at most LINUX_MESSAGE_LIMIT messages; says how many went out before one failed.
int linux_sendmmsg(int descriptor, const void *address, uint32_t address_size,
                   const struct linux_outgoing *messages, int count, int flags);
/// Room for one message: sizes are capacities before the call and what was filled after it.
struct linux_incoming {
  void *address;
  uint32_t address_size;
  void *bytes;
  size_t size;
  void *control;
  size_t control_size;
  int flags;
};
/// Receives what is there, at most `count` (up to LINUX_MESSAGE_LIMIT) messages.
int linux_recvmmsg(int descriptor, struct linux_incoming *messages, int count, int flags);
/// Bytes sent and not yet acknowledged (SIOCOUTQ).
int linux_unacknowledged(int descriptor, int *bytes);

// Ancillary data: cmsg(3)
size_t linux_control_space(size_t size);
/// Appends one item at `used`; returns the new length, or 0 if there is no room.
size_t linux_control_append(void *control, size_t capacity, size_t used, int level, int type,
                            const void *bytes, size_t size);
struct linux_control_item {
  int level;
  int type;
  const void *bytes;
  size_t size;
};
/// Steps through received control data; `*offset` is 0 at first. Returns 1, or 0 at the end.
int linux_control_next(const void *control, size_t size, size_t *offset,
                       struct linux_control_item *item);

// struct ucred
struct linux_credentials {
  int32_t process;
  uint32_t user;
  uint32_t group;
};
int linux_peer_credentials(int descriptor, struct linux_credentials *credentials);

// What of struct tcp_info is used, from the kernel's own header
struct linux_tcp_info {
  int32_t state;
  uint32_t round_trip_microseconds;
  uint32_t round_trip_variance_microseconds;
  uint32_t retransmissions;
  uint32_t unacknowledged_segments;
  uint32_t congestion_window;
  uint32_t maximum_segment_size;
  int32_t syn_carried_data;
  uint32_t lost_segments;
  /// Whether this kernel knows what follows, up to the busy time (4.10).
  int32_t has_rates;
  uint64_t bytes_acknowledged;
  uint64_t bytes_received;
  /// Bytes a second; the largest number while there is no limit.
  uint64_t pacing_rate;
  uint64_t delivery_rate;
  uint64_t busy_microseconds;
  /// Whether this kernel knows what follows (5.4).
  int32_t has_window;
  uint32_t peer_window;
};
int linux_tcp_info(int descriptor, struct linux_tcp_info *info);

// vsock(7): struct sockaddr_vm
uint32_t linux_vsock_address(void *address, uint32_t cid, uint32_t port);
void linux_vsock_parts(const void *address, uint32_t *cid, uint32_t *port);

// Multicast: struct group_req, struct group_source_req
int linux_join_group(int descriptor, uint32_t interface, const void *group, uint32_t size);
int linux_join_source(int descriptor, uint32_t interface, const void *group, uint32_t group_size,
                      const void *source, uint32_t source_size);

// Processes
/// Two ends, both blocking.
int linux_pipe(int ends[2]);
int linux_set_nonblocking(int descriptor, int is_on);
int linux_pidfd_open(int process);

// Finds the TCP socket of this host with these two ends, by the kernel's socket diagnosis (netlink,
// sock_diag(7)): one question for one socket, however many there are. The addresses are in the
// network's byte order, 4 or 16 bytes, the ports in the host's.
//
// 1 and its owner; 0 if its program has closed it, so that it is nobody's any more; -1 and errno:
// ENOENT if there is none, something else where the kernel does not tell.
int linux_tcp_owner(int family, const void *local, unsigned short local_port, const void *remote,
                    unsigned short remote_port, unsigned *user);
/// Sends to every process of the group that the process led, also after it was reaped; EINVAL
/// before Linux 6.9.
int linux_pidfd_signal_group(int descriptor, int signal);
/// posix_spawnp(3): in a group of its own, with default actions for all signals, none blocked,
/// the three standard streams and no other descriptor. Returns the process.
int linux_spawn(const char *file, char *const arguments[], char *const environment[],
                const int streams[3]);

// Threads
/// Runs `body` on a thread of its own, detached, with every signal blocked.
int linux_run_detached(void (*body)(void *), void *context);
