#define _GNU_SOURCE
#include <netinet/in.h>
#include <linux/sock_diag.h>
#include <linux/netlink.h>
#include <linux/inet_diag.h>
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

_Static_assert(LINUX_EVENT_READABLE == EPOLLIN && LINUX_EVENT_WRITABLE == EPOLLOUT &&
                   LINUX_EVENT_ERROR == EPOLLERR && LINUX_EVENT_HANGUP == EPOLLHUP &&
                   LINUX_EVENT_PEER_ENDED == EPOLLRDHUP && LINUX_EVENT_URGENT == EPOLLPRI,
               "the header's epoll constants are the kernel's");

int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int linux_epoll_add(int epoll, int descriptor, uint64_t data) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                              .data.u64 = data};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int linux_epoll_remove(int epoll, int descriptor) {
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

int linux_epoll_wait(int epoll, struct linux_event *events, int limit, int64_t nanoseconds) {
  struct epoll_event buffer[256];
  if (limit > 256) limit = 256;
  struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  // By number, so that the program still starts on a C library without epoll_pwait2.
  int count = (int)syscall(SYS_epoll_pwait2, epoll, buffer, limit, nanoseconds < 0 ? NULL : &time,
                           NULL, (size_t)8);
  if (count < 0 && errno == ENOSYS) {
    int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
    if (milliseconds > 1 << 30) milliseconds = 1 << 30;
    count = epoll_wait(epoll, buffer, limit, (int)milliseconds);
  }
  for (int i = 0; i < count; i++) {
    events[i].events = buffer[i].events;
    events[i].data = buffer[i].data.u64;
  }
  return count;
}

int linux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int linux_signalfd(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error != 0) {
    errno = error;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int linux_signalfd_read(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : -1;
}

int linux_unblock_all_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  return pthread_sigmask(SIG_SETMASK, &set, NULL);
}

int linux_signal_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int linux_signal_default(int number) { return signal(number, SIG_DFL) == SIG_ERR ? -1 : 0; }

int linux_signal_ignore(int number) { return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0; }

void linux_die_of(int number) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(number, &action, NULL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  // At the whole process, not this thread: a thread-directed signal may find another one waiting.
  kill(getpid(), number);
  _exit(128 + number);
}

int linux_open(const char *path, int flags, unsigned mode) {
  return open(path, flags | O_CLOEXEC, mode);
}

int linux_is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

int linux_occupy(int number) {
  int descriptor = open("/", O_PATH | O_CLOEXEC);
  if (descriptor < 0 || descriptor == number) return descriptor;
  int result = dup3(descriptor, number, O_CLOEXEC);
  close(descriptor);
  return result;
}

long linux_read_nowait(int descriptor, void *buffer, size_t size) {
  struct iovec vector = {.iov_base = buffer, .iov_len = size};
  return preadv2(descriptor, &vector, 1, -1, RWF_NOWAIT);
}

long linux_write_nowait(int descriptor, const void *buffer, size_t size) {
  struct iovec vector = {.iov_base = (void *)buffer, .iov_len = size};
  return pwritev2(descriptor, &vector, 1, -1, RWF_NOWAIT);
}

long linux_splice(int from, int to, size_t size, int may_wait) {
  return splice(from, NULL, to, NULL, size, SPLICE_F_MOVE | (may_wait ? 0 : SPLICE_F_NONBLOCK));
}

long linux_sendfile(int socket, int file, size_t size) {
  return sendfile(socket, file, NULL, size);
}

long linux_discard(int socket, size_t size) {
  return recv(socket, NULL, size, MSG_TRUNC | MSG_DONTWAIT);
}

int linux_poll_pair(int source, int sink) {
  struct pollfd pair[] = {{.fd = source, .events = POLLIN}, {.fd = sink, .events = POLLOUT}};
  if (poll(pair, 2, 0) < 0) return 0;
  return (pair[0].revents ? LINUX_SOURCE_READY : 0) | (pair[1].revents ? LINUX_SINK_READY : 0) |
         (pair[1].revents & POLLERR ? LINUX_SINK_BROKEN : 0);
}

int linux_set_low_water_mark(int socket, int count) {
  return setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &count, sizeof count);
}

int linux_enlarge_pipe(int descriptor, int size) {
  int now = fcntl(descriptor, F_GETPIPE_SZ);
  if (now < 0 || now >= size) return now;
  return fcntl(descriptor, F_SETPIPE_SZ, size);
}

int linux_keeps_messages(int pipe) {
  int flags = fcntl(pipe, F_GETFL);
  return flags >= 0 && (flags & O_DIRECT) != 0;
}

int linux_socket(int family, int type, int protocol) {
  return socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

int linux_socketpair(int family, int type, int protocol, int descriptors[2]) {
  return socketpair(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol, descriptors);
}

int linux_bind(int descriptor, const void *address, uint32_t size) {
  return bind(descriptor, (const struct sockaddr *)address, size);
}

int linux_connect(int descriptor, const void *address, uint32_t size) {
  return connect(descriptor, (const struct sockaddr *)address, size);
}

int linux_accept(int descriptor, void *address, uint32_t *size) {
  return accept4(descriptor, (struct sockaddr *)address, size, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int linux_local_name(int descriptor, void *address, uint32_t *size) {
  return getsockname(descriptor, (struct sockaddr *)address, size);
}

int linux_peer_name(int descriptor, void *address, uint32_t *size) {
  return getpeername(descriptor, (struct sockaddr *)address, size);
}

long linux_sendmsg(int descriptor, const void *address, uint32_t address_size, const void *bytes,
                   size_t size, const void *control, size_t control_size, int flags) {
  struct iovec vector = {.iov_base = (void *)bytes, .iov_len = size};
  struct msghdr message = {.msg_name = (void *)address,
                           .msg_namelen = address_size,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control_size > 0 ? (void *)control : NULL,
                           .msg_controllen = control_size};
  return sendmsg(descriptor, &message, flags | MSG_NOSIGNAL);
}

long linux_recvmsg(int descriptor, void *address, uint32_t *address_size, void *buffer,
                   size_t size, void *control, size_t *control_size, int flags,
                   int *flags_received) {
  struct iovec vector = {.iov_base = buffer, .iov_len = size};
  struct msghdr message = {.msg_name = address,
                           .msg_namelen = address ? *address_size : 0,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = control ? *control_size : 0};
  long count = recvmsg(descriptor, &message, flags | MSG_CMSG_CLOEXEC);
  if (count >= 0) {
    if (address) *address_size = message.msg_namelen;
    if (control) *control_size = message.msg_controllen;
    *flags_received = message.msg_flags;
  }
  return count;
}

_Static_assert(sizeof(struct linux_bytes) == sizeof(struct iovec) &&
                   offsetof(struct linux_bytes, bytes) == offsetof(struct iovec, iov_base) &&
                   offsetof(struct linux_bytes, size) == offsetof(struct iovec, iov_len),
               "the header's pieces are the kernel's vectors");

enum { SEGMENT_OPTION = 103 };  // UDP_SEGMENT, newer than the headers may be

int linux_sendmmsg(int descriptor, const void *address, uint32_t address_size,
                   const struct linux_outgoing *messages, int count, int flags) {
  struct mmsghdr headers[LINUX_MESSAGE_LIMIT];
  union {
    struct cmsghdr item;
    char space[CMSG_SPACE(sizeof(uint16_t))];
  } controls[LINUX_MESSAGE_LIMIT];
  if (count > LINUX_MESSAGE_LIMIT) count = LINUX_MESSAGE_LIMIT;
  for (int i = 0; i < count; i++) {
    struct msghdr *header = &headers[i].msg_hdr;
    *header = (struct msghdr){.msg_name = (void *)address,
                              .msg_namelen = address_size,
                              .msg_iov = (struct iovec *)messages[i].pieces,
                              .msg_iovlen = messages[i].piece_count};
    if (messages[i].segment == 0) continue;
    struct cmsghdr *item = &controls[i].item;
    *item = (struct cmsghdr){.cmsg_level = IPPROTO_UDP,
                             .cmsg_type = SEGMENT_OPTION,
                             .cmsg_len = CMSG_LEN(sizeof(uint16_t))};
    memcpy(CMSG_DATA(item), &messages[i].segment, sizeof(uint16_t));
    header->msg_control = item;
    header->msg_controllen = sizeof controls[i].space;
  }
  return sendmmsg(descriptor, headers, (unsigned)count, flags | MSG_NOSIGNAL);
}

int linux_recvmmsg(int descriptor, struct linux_incoming *messages, int count, int flags) {
  struct mmsghdr headers[LINUX_MESSAGE_LIMIT];
  struct iovec vectors[LINUX_MESSAGE_LIMIT];
  if (count > LINUX_MESSAGE_LIMIT) count = LINUX_MESSAGE_LIMIT;
  for (int i = 0; i < count; i++) {
    vectors[i] = (struct iovec){.iov_base = messages[i].bytes, .iov_len = messages[i].size};
    headers[i].msg_hdr = (struct msghdr){.msg_name = messages[i].address,
                                         .msg_namelen = messages[i].address_size,
                                         .msg_iov = &vectors[i],
                                         .msg_iovlen = 1,
                                         .msg_control = messages[i].control,
                                         .msg_controllen = messages[i].control_size};
  }
  int received =
      recvmmsg(descriptor, headers, (unsigned)count, flags | MSG_CMSG_CLOEXEC, NULL);
  for (int i = 0; i < received; i++) {
    messages[i].size = headers[i].msg_len;
    messages[i].address_size = headers[i].msg_hdr.msg_namelen;
    messages[i].control_size = headers[i].msg_hdr.msg_controllen;
    messages[i].flags = headers[i].msg_hdr.msg_flags;
  }
  return received;
}

int linux_unacknowledged(int descriptor, int *bytes) { return ioctl(descriptor, SIOCOUTQ, bytes); }

size_t linux_control_space(size_t size) { return CMSG_SPACE(size); }

size_t linux_control_append(void *control, size_t capacity, size_t used, int level, int type,
                            const void *bytes, size_t size) {
  if (used + CMSG_SPACE(size) > capacity) return 0;
  struct cmsghdr *item = (struct cmsghdr *)((char *)control + used);
  memset(item, 0, CMSG_SPACE(size));
  item->cmsg_level = level;
  item->cmsg_type = type;
  item->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(item), bytes, size);
  return used + CMSG_SPACE(size);
}

int linux_control_next(const void *control, size_t size, size_t *offset,
                       struct linux_control_item *item) {
  if (*offset + sizeof(struct cmsghdr) > size) return 0;
  struct cmsghdr *header = (struct cmsghdr *)((char *)control + *offset);
  if (header->cmsg_len < CMSG_LEN(0) || header->cmsg_len > size - *offset) return 0;
  item->level = header->cmsg_level;
  item->type = header->cmsg_type;
  item->bytes = CMSG_DATA(header);
  item->size = header->cmsg_len - CMSG_LEN(0);
  *offset += CMSG_ALIGN(header->cmsg_len);
  return 1;
}

int linux_peer_credentials(int descriptor, struct linux_credentials *credentials) {
  struct ucred value;
  socklen_t size = sizeof value;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &value, &size) < 0) return -1;
  credentials->process = value.pid;
  credentials->user = value.uid;
  credentials->group = value.gid;
  return 0;
}

int linux_tcp_info(int descriptor, struct linux_tcp_info *info) {
  struct tcp_info value = {0};
  socklen_t size = sizeof value;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &value, &size) < 0) return -1;
  info->state = value.tcpi_state;
  info->round_trip_microseconds = value.tcpi_rtt;
  info->round_trip_variance_microseconds = value.tcpi_rttvar;
  info->retransmissions = value.tcpi_total_retrans;
  info->unacknowledged_segments = value.tcpi_unacked;
  info->congestion_window = value.tcpi_snd_cwnd;
  info->maximum_segment_size = value.tcpi_snd_mss;
  info->syn_carried_data = (value.tcpi_options & TCPI_OPT_SYN_DATA) != 0;
  info->lost_segments = value.tcpi_lost;
  info->has_rates = size >= offsetof(struct tcp_info, tcpi_busy_time) + sizeof(__u64);
  info->bytes_acknowledged = value.tcpi_bytes_acked;
  info->bytes_received = value.tcpi_bytes_received;
  info->pacing_rate = value.tcpi_pacing_rate;
  info->delivery_rate = value.tcpi_delivery_rate;
  info->busy_microseconds = value.tcpi_busy_time;
  info->has_window = size >= offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof(__u32);
  info->peer_window = value.tcpi_snd_wnd;
  return 0;
}

uint32_t linux_vsock_address(void *address, uint32_t cid, uint32_t port) {
  struct sockaddr_vm value = {.svm_family = AF_VSOCK, .svm_port = port, .svm_cid = cid};
  memcpy(address, &value, sizeof value);
  return sizeof value;
}

void linux_vsock_parts(const void *address, uint32_t *cid, uint32_t *port) {
  struct sockaddr_vm value;
  memcpy(&value, address, sizeof value);
  *cid = value.svm_cid;
  *port = value.svm_port;
}

static int multicast_level(const void *group) {
  return ((const struct sockaddr *)group)->sa_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

int linux_join_group(int descriptor, uint32_t interface, const void *group, uint32_t size) {
  struct group_req request = {.gr_interface = interface};
  memcpy(&request.gr_group, group, size);
  return setsockopt(descriptor, multicast_level(group), MCAST_JOIN_GROUP, &request,
                    sizeof request);
}

int linux_join_source(int descriptor, uint32_t interface, const void *group, uint32_t group_size,
                      const void *source, uint32_t source_size) {
  struct group_source_req request = {.gsr_interface = interface};
  memcpy(&request.gsr_group, group, group_size);
  memcpy(&request.gsr_source, source, source_size);
  return setsockopt(descriptor, multicast_level(group), MCAST_JOIN_SOURCE_GROUP, &request,
                    sizeof request);
}

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int linux_set_nonblocking(int descriptor, int is_on) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -1;
  return fcntl(descriptor, F_SETFL, is_on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int linux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linux_pidfd_signal_group(int descriptor, int signal) {
  const unsigned process_group = 1 << 2;  // PIDFD_SIGNAL_PROCESS_GROUP, since Linux 6.9
  return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, process_group);
}

static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setflags(
      attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  if (error == 0) error = posix_spawnattr_setpgroup(attributes, 0);
  if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
  return error;
}

static int set_actions(posix_spawn_file_actions_t *actions, const int streams[3]) {
  int error = 0;
  for (int i = 0; i < 3 && error == 0; i++) {
    error = posix_spawn_file_actions_adddup2(actions, streams[i], i);
  }
  return error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

int linux_spawn(const char *file, char *const arguments[], char *const environment[],
                const int streams[3]) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int sources[3], copies[3] = {-1, -1, -1}, error = 0;
  pid_t process = -1;
  for (int i = 0; i < 3 && error == 0; i++) {
    sources[i] = streams[i];
    // One of our own standard streams under another number: dup2 of an earlier one would hide it.
    if (streams[i] < 3 && streams[i] != i) {
      sources[i] = copies[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3);
      if (copies[i] < 0) error = errno;
    }
  }
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_init(&actions);
  if (error == 0) error = set_attributes(&attributes);
  if (error == 0) error = set_actions(&actions, sources);
  if (error == 0) {
    error = posix_spawnp(&process, file, &actions, &attributes, arguments, environment);
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  for (int i = 0; i < 3; i++) {
    if (copies[i] >= 0) close(copies[i]);
  }
  errno = error;
  return error == 0 ? process : -1;
}

struct detached {
  void (*body)(void *);
  void *context;
};

static void *run_detached(void *argument) {
  struct detached work = *(struct detached *)argument;
  free(argument);
  work.body(work.context);
  return NULL;
}

int linux_run_detached(void (*body)(void *), void *context) {
  struct detached *work = malloc(sizeof *work);
  if (!work) return -1;
  *work = (struct detached){body, context};
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // The thread inherits the mask, so no signal is ever delivered to it.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  int error = pthread_create(&thread, &attributes, run_detached, work);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    free(work);
    errno = error;
    return -1;
  }
  return 0;
}

// TCP_LISTEN, whose header does not go together with the kernel's.
enum { LISTENING = 10 };

int linux_tcp_owner(int family, const void *local, unsigned short local_port, const void *remote,
                    unsigned short remote_port, unsigned *user) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
  } query = {
      .header = {.nlmsg_len = sizeof query,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST},
      .request = {.sdiag_family = (unsigned char)family,
                  .sdiag_protocol = IPPROTO_TCP,
                  .idiag_states = ~0u,
                  .id = {.idiag_sport = htons(local_port),
                         .idiag_dport = htons(remote_port),
                         .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
  };
  size_t length = family == AF_INET ? 4 : 16;
  memcpy(query.request.id.idiag_src, local, length);
  memcpy(query.request.id.idiag_dst, remote, length);
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0) return -1;
  union {
    struct nlmsghdr header;
    char bytes[8192];
  } answer;
  ssize_t count = -1;
  // The kernel answers within the call that asks: there is nothing to wait for.
  if (send(netlink, &query, sizeof query, 0) == (ssize_t)sizeof query) {
    count = recv(netlink, &answer, sizeof answer, MSG_DONTWAIT);
  }
  int error = errno;
  close(netlink);
  errno = error;
  if (count < 0) return -1;
  if (!NLMSG_OK(&answer.header, (size_t)count)) {
    errno = EPROTO;
    return -1;
  }
  if (answer.header.nlmsg_type == NLMSG_ERROR) {
    errno = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
    return -1;
  }
  struct inet_diag_msg *found = NLMSG_DATA(&answer.header);
  // Where the socket itself is gone, a listener on its port is found in its place.
  if (found->idiag_state == LISTENING || found->id.idiag_sport != query.request.id.idiag_sport ||
      found->id.idiag_dport != query.request.id.idiag_dport ||
      memcmp(found->id.idiag_dst, remote, length) != 0 ||
      memcmp(found->id.idiag_src, local, length) != 0) {
    errno = ENOENT;
    return -1;
  }
  *user = found->idiag_uid;
  return found->idiag_inode != 0;
}
