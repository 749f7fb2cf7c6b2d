/*
 * What the executable does before its runtime starts, on Linux: a plain command goes to a daemon that is there, its answer is
 * printed, and the process ends, in less time than the runtime takes to begin. All else is the runtime's, which begins as
 * always when this returns. It decides nothing: whatever it does not know for certain (another daemon, a flag of the client's
 * own, a status that is not plain, an answer that is late, a signal) goes there, with the connection if a command was sent.
 *
 * Compiled by the runtime's own C compiler into bytes that run anywhere (tools/fast-client.ts puts them into the executable): no library,
 * no global data, no text; the words it needs are in `table`, one after the other, each ended by a zero.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef long i64;

enum {
  SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_fstat = 5, SYS_lstat = 6, SYS_poll = 7, SYS_mmap = 9, SYS_rt_sigprocmask = 14,
  SYS_socket = 41, SYS_connect = 42, SYS_sendto = 44, SYS_setsockopt = 54, SYS_exit = 60, SYS_wait4 = 61, SYS_getcwd = 79, SYS_umask = 95, SYS_getuid = 102, SYS_exit_group = 231,
  SYS_chdir = 80, SYS_openat = 257, SYS_signalfd4 = 289, SYS_getrandom = 318
};
enum { ENOENT = 2, EINTR = 4, EAGAIN = 11, EPIPE = 32 };
enum { POLLIN = 1, POLLOUT = 4 };
enum { SIGINT = 2, SIGPIPE = 13, SIGTERM = 15, SIG_BLOCK = 0, SIG_UNBLOCK = 1 };
enum { S_IFMT = 0170000, S_IFDIR = 0040000, S_IFCHR = 0020000 };
/* Of `struct stat` on this machine. */
enum { STAT_SIZE = 144, STAT_MODE = 24, STAT_UID = 28 };
/* Bytes: the room for everything, of which only what is used is ever taken; the record; a request that a socket takes at once. */
enum { ROOM = 64 << 20, RECORD = 64 << 10, REQUEST = 32 << 10 };
/* Milliseconds of silence after which the runtime takes over. */
enum { AT_ONCE = 200 };
/* Threads that the runtime needs to begin, and to say what is wrong. */
enum { THREADS = 10 };
enum { UUID = 36 };

/* What the runtime finds when a command is under way; all zero when none is. See adapters/node/handover.ts. */
typedef struct {
  i64 sent, fd, signal, record, recordSize, received, receivedSize, printedErr, printedOut, homeless;
  u8 id[UUID];
} Handover;

typedef struct { u8 *at, *end; } Out;
typedef struct { const u8 *from, *to; } Span;

u8 *front_begin(u8 *p) { return p; }

static i64 call(i64 number, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  i64 result;
  asm volatile("movq %5, %%r10\n movq %6, %%r8\n movq %7, %%r9\n syscall"
               : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "m"(d), "m"(e), "m"(f) : "rcx", "r11", "r10", "r8", "r9", "memory");
  return result;
}

static i64 sizeOf(const u8 *text) {
  i64 size = 0;
  while (text[size]) size += 1;
  return size;
}

static int same(const u8 *one, const u8 *other) {
  for (; *one && *one == *other; one += 1) other += 1;
  return *one == *other;
}

/* Whether `text` begins so. */
static int begins(const u8 *text, const u8 *head) {
  for (; *head; head += 1, text += 1) if (*text != *head) return 0;
  return 1;
}

/* The word of this number. */
static const u8 *word(const u8 *table, int number) {
  for (; number > 0; table += 1) if (*table == 0) number -= 1;
  return table;
}

/* Whether a list of words, ended by an empty one, has this one. */
static int listed(const u8 *list, const u8 *text) {
  for (; *list; list += sizeOf(list) + 1) if (same(list, text)) return 1;
  return 0;
}

/* Nothing is written beyond the end: an `Out` that is full is too long a request. */
static void put(Out *out, u8 byte) {
  if (out->at < out->end) *out->at = byte;
  out->at += 1;
}

static void puts_(Out *out, const u8 *text) { for (; *text; text += 1) put(out, *text); }

static void number(Out *out, i64 value) {
  if (value >= 10) number(out, value / 10);
  put(out, '0' + value % 10);
}

/* A text as JSON, with its quotes. Bytes above 127 are the caller's UTF-8 and stay as they are. */
static void json(Out *out, const u8 *text, i64 size) {
  put(out, '"');
  for (i64 at = 0; at < size; at += 1) {
    u8 byte = text[at];
    if (byte == '"' || byte == '\\') put(out, '\\');
    if (byte >= 32) { put(out, byte); continue; }
    put(out, '\\'); put(out, 'u'); put(out, '0'); put(out, '0');
    put(out, '0' + (byte >> 4));
    put(out, (byte & 15) < 10 ? '0' + (byte & 15) : 'a' + (byte & 15) - 10);
  }
  put(out, '"');
}

static const u8 *variable(u8 **environment, const u8 *name) {
  i64 size = sizeOf(name);
  for (; *environment; environment += 1) if (begins(*environment, name) && (*environment)[size] == '=') return *environment + size + 1;
  return 0;
}

/* Where `wanted` ends in a text; null when it is not there. */
static const u8 *after(const u8 *text, const u8 *end, const u8 *wanted) {
  i64 size = sizeOf(wanted);
  for (; text + size <= end; text += 1) {
    i64 at = 0;
    while (at < size && text[at] == wanted[at]) at += 1;
    if (at == size) return text + size;
  }
  return 0;
}

/* A JSON text up to its quote, where it stands; false when it is not plain. */
static int plain(const u8 *from, const u8 *end, Span *span) {
  if (!from) return 0;
  span->from = from;
  for (; from < end && *from != '"'; from += 1) if (*from == '\\' || *from < 32) return 0;
  span->to = from;
  return from < end && from > span->from;
}

/* Whether nothing of the command line is the client's own business, or beyond this. */
static int ordinary(i64 count, u8 **words, const u8 *table) {
  const u8 *command = words[1];
  int operand = 0;
  if (count < 2 || *command == '-' || *command == 0 || begins(command, word(table, W_INNER)) || listed(word(table, W_OWN), command)) return 0;
  for (i64 at = 2; at < count; at += 1) {
    const u8 *each = words[at];
    if (*each != '-') operand = 1;
    /* `-` alone may mean the caller's input. */
    if (listed(word(table, W_FLAGS), each) || begins(each, word(table, W_SECRET))) return 0;
  }
  /* Without an operand it asks for the status. */
  return operand || !same(command, word(table, W_CHECK));
}

/* The state folder, as protocol/paths.ts has it. */
static int stateFolder(Out *out, u8 **environment, const u8 *table) {
  const u8 *home = variable(environment, word(table, W_BROWSE_HOME));
  const u8 *rest = word(table, W_NOTHING);
  if (!home || !*home) {
    home = variable(environment, word(table, W_XDG_STATE_HOME));
    rest = word(table, W_UNDER_XDG);
    if (!home || *home != '/') {
      home = variable(environment, word(table, W_HOME));
      rest = word(table, W_UNDER_HOME);
    }
  }
  if (!home || *home != '/') return 0;
  puts_(out, home);
  puts_(out, rest);
  return 1;
}

/* Whether the folder is there, a folder, ours, and nobody else's to enter. */
static int isPrivate(const u8 *path) {
  u8 seen[STAT_SIZE];
  if (call(SYS_lstat, (i64)path, (i64)seen, 0, 0, 0, 0) != 0) return 0;
  u32 mode = *(u32 *)(seen + STAT_MODE);
  return (mode & S_IFMT) == S_IFDIR && (mode & 077) == 0 && *(u32 *)(seen + STAT_UID) == (u32)call(SYS_getuid, 0, 0, 0, 0, 0, 0);
}

static i64 readFile(const u8 *path, u8 *into, i64 most) {
  i64 fd = call(SYS_openat, -100, (i64)path, 02000000, 0, 0, 0);
  if (fd < 0) return -1;
  i64 size = call(SYS_read, fd, (i64)into, most, 0, 0, 0);
  call(SYS_close, fd, 0, 0, 0, 0, 0);
  return size > 0 && size < most ? size : -1;
}

/* Sixteen random bytes as a UUID of version 4. */
static void uuid(u8 *random, u8 *id) {
  random[6] = (random[6] & 15) | 0x40;
  random[8] = (random[8] & 63) | 0x80;
  for (int at = 0; at < 16; at += 1) {
    if (at == 4 || at == 6 || at == 8 || at == 10) *id++ = '-';
    for (int place = 4; place >= 0; place -= 4) {
      u8 half = random[at] >> place & 15;
      *id++ = half < 10 ? '0' + half : 'a' + half - 10;
    }
  }
}

/*
 * The controlling terminal as adapters/node/fast-path/terminal.ts says it: the session and the device, of which the kernel tells in the
 * sixth and the seventh field, behind a name that may hold anything. Nothing without one.
 */
static void terminal(Out *out, const u8 *table) {
  u8 stat[1024];
  i64 fd = call(SYS_openat, -100, (i64)word(table, W_STAT), 02000000, 0, 0, 0);
  if (fd < 0) return;
  i64 size = call(SYS_read, fd, (i64)stat, sizeof stat, 0, 0, 0);
  call(SYS_close, fd, 0, 0, 0, 0, 0);
  if (size <= 0) return;
  const u8 *end = stat + size, *at = end, *session, *device;
  while (at > stat && at[-1] != ')') at -= 1;
  for (int blanks = 0; blanks < 4; at += 1) {
    if (at >= end) return;
    if (*at == ' ') blanks += 1;
  }
  session = at;
  while (at < end && *at != ' ') at += 1;
  device = at + 1;
  for (at = device; at < end && *at != ' '; at += 1);
  if (at >= end || *device == '0' || *device == '-') return;
  puts_(out, word(table, W_DEVICE));
  for (const u8 *each = session; each < device - 1; each += 1) put(out, *each);
  put(out, '.');
  for (const u8 *each = device; each < at; each += 1) put(out, *each);
  put(out, '"');
}

/* The body of the request; false when something of it cannot be told. */
static int body(Out *out, i64 count, u8 **words, u8 **environment, const u8 *table, u8 *id) {
  u8 folder[4096], seen[STAT_SIZE], random[16];
  if (call(SYS_getrandom, (i64)random, 16, 0, 0, 0, 0) != 16) return 0;
  if (call(SYS_getcwd, (i64)folder, sizeof folder, 0, 0, 0, 0) <= 0 || folder[0] != '/') return 0;
  if (call(SYS_fstat, 1, (i64)seen, 0, 0, 0, 0) != 0) return 0;
  uuid(random, id);
  i64 umask = call(SYS_umask, 0, 0, 0, 0, 0, 0);
  call(SYS_umask, umask, 0, 0, 0, 0, 0);
  puts_(out, word(table, W_ID));
  json(out, id, UUID);
  puts_(out, word(table, W_ARGV));
  for (i64 at = 1; at < count; at += 1) {
    if (at > 1) put(out, ',');
    json(out, words[at], sizeOf(words[at]));
  }
  puts_(out, word(table, W_CWD));
  json(out, folder, sizeOf(folder));
  puts_(out, word(table, W_UMASK));
  number(out, umask);
  puts_(out, word(table, W_ENV));
  int first = 1;
  const u8 *names = word(table, W_VARIABLES);
  for (u8 **each = environment; *each; each += 1) {
    i64 size = 0;
    while ((*each)[size] && (*each)[size] != '=') size += 1;
    if (!(*each)[size]) continue;
    int taken = begins(*each, word(table, W_OURS));
    for (const u8 *name = names; *name && !taken; name += sizeOf(name) + 1) taken = sizeOf(name) == size && begins(*each, name);
    if (!taken) continue;
    if (!first) put(out, ',');
    first = 0;
    json(out, *each, size);
    put(out, ':');
    json(out, *each + size + 1, sizeOf(*each + size + 1));
  }
  puts_(out, word(table, (*(u32 *)(seen + STAT_MODE) & S_IFMT) == S_IFCHR ? W_TERMINAL : W_NO_TERMINAL));
  terminal(out, table);
  puts_(out, word(table, W_BUILD));
  return out->at <= out->end;
}

/* A connection to the socket at this path; below zero when there is none to be had. It waits no longer for one that is busy. */
static i64 dial(Span path) {
  u8 address[110];
  i64 size = path.to - path.from, patience[2];
  patience[0] = 0;
  patience[1] = AT_ONCE * 1000;
  if (size > 107) return -1;
  *(u16 *)address = 1;
  for (i64 at = 0; at < size; at += 1) address[2 + at] = path.from[at];
  address[2 + size] = 0;
  i64 fd = call(SYS_socket, 1, 02000001, 0, 0, 0, 0);
  /* SOL_SOCKET, SO_SNDTIMEO. */
  if (fd >= 0) call(SYS_setsockopt, fd, 1, 21, (i64)patience, sizeof patience, 0);
  if (fd >= 0 && call(SYS_connect, fd, (i64)address, 3 + size, 0, 0, 0) != 0) {
    call(SYS_close, fd, 0, 0, 0, 0, 0);
    return -1;
  }
  return fd;
}

static void signals(int how, i64 set) { call(SYS_rt_sigprocmask, how, (i64)&set, 0, 8, 0, 0); }

/* The value of a key in the outermost object of a JSON text; null when it is not there, or the text is not what it should be. */
static const u8 *member(const u8 *at, const u8 *end, const u8 *key) {
  int depth = 0, wanted = 0;
  i64 size = sizeOf(key);
  for (; at < end; at += 1) {
    if (*at == '{' || *at == '[') { depth += 1; wanted = depth == 1; continue; }
    if (*at == '}' || *at == ']') { depth -= 1; continue; }
    if (*at == ',') wanted = depth == 1;
    if (*at != '"') continue;
    const u8 *from = at + 1;
    for (at = from; at < end && *at != '"'; at += 1) if (*at == '\\') at += 1;
    if (at + 1 >= end) return 0;
    if (!wanted || at[1] != ':') continue;
    wanted = 0;
    if (at - from == size && begins(from, key)) return at + 2;
  }
  return 0;
}

static int digit(u8 byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* Four hexadecimal digits; below zero when they are none. */
static int unit(const u8 *at, const u8 *end) {
  int value = 0;
  if (at + 4 > end) return -1;
  for (int place = 0; place < 4; place += 1) {
    int each = digit(at[place]);
    if (each < 0) return -1;
    value = value * 16 + each;
  }
  return value;
}

/* A JSON text, decoded where it stands: it never gets longer. False when it is none. */
static int decode(u8 *at, const u8 *end, Span *span) {
  if (!at || at >= end || *at != '"') return 0;
  u8 *to = ++at;
  span->from = to;
  while (at < end && *at != '"') {
    u8 byte = *at++;
    if (byte == '\\') {
      if (at >= end) return 0;
      byte = *at++;
      if (byte == 'n') byte = '\n';
      else if (byte == 't') byte = '\t';
      else if (byte == 'r') byte = '\r';
      else if (byte == 'b') byte = '\b';
      else if (byte == 'f') byte = '\f';
      else if (byte == 'u') {
        int value = unit(at, end);
        if (value < 0) return 0;
        at += 4;
        if (value >= 0xd800 && value < 0xe000) {
          int low = value < 0xdc00 && at + 6 <= end && at[0] == '\\' && at[1] == 'u' ? unit(at + 2, end) : -1;
          if (low >= 0xdc00 && low < 0xe000) {
            at += 6;
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
          } else value = 0xfffd;
        }
        if (value >= 0x10000) {
          *to++ = 0xf0 | value >> 18;
          *to++ = 0x80 | (value >> 12 & 63);
          *to++ = 0x80 | (value >> 6 & 63);
          *to++ = 0x80 | (value & 63);
        } else if (value >= 0x800) {
          *to++ = 0xe0 | value >> 12;
          *to++ = 0x80 | (value >> 6 & 63);
          *to++ = 0x80 | (value & 63);
        } else if (value >= 0x80) {
          *to++ = 0xc0 | value >> 6;
          *to++ = 0x80 | (value & 63);
        } else *to++ = value;
        continue;
      }
    }
    *to++ = byte;
  }
  span->to = to;
  return at < end;
}

/* Writes all of it, or as much as somebody reads; false when it cannot be written. `done` counts. */
static int print(int fd, Span text, i64 *done) {
  while (text.from < text.to) {
    i64 size = call(SYS_write, fd, (i64)text.from, text.to - text.from, 0, 0, 0);
    if (size >= 0) {
      text.from += size;
      *done += size;
    } else if (size == -EPIPE) return 1;
    else if (size == -EAGAIN) {
      i64 waiting = (u32)fd | (i64)POLLOUT << 32;
      call(SYS_poll, (i64)&waiting, 1, -1, 0, 0, 0);
    } else if (size != -EINTR) return 0;
  }
  return 1;
}

/* Where the body of a whole answer begins; null when it is not all there, or not a plain one. */
static const u8 *wholeBody(const u8 *from, const u8 *end, const u8 *table) {
  const u8 *start = after(from, end, word(table, W_HEAD_END));
  if (!start || !begins(from, word(table, W_OK))) return 0;
  const u8 *length = after(from, start, word(table, W_LENGTH));
  if (!length) return 0;
  i64 size = 0;
  while (length < start && *length == ' ') length += 1;
  for (; length < start && *length >= '0' && *length <= '9' && size < ROOM; length += 1) size = size * 10 + (*length - '0');
  return start + size == end ? start : 0;
}

/* Whether a signal has come that waits to be heard. */
static int interrupted(i64 told) {
  i64 waiting = (u32)told | (i64)POLLIN << 32;
  return call(SYS_poll, (i64)&waiting, 1, 0, 0, 0, 0) == 1;
}

/* Prints an answer and ends; returns when it is not one to be printed as it is, or a signal came first. */
static void finish(u8 *from, u8 *end, const u8 *table, Handover *handover, u8 *copy, i64 told, i64 caught) {
  const u8 *start = wholeBody(from, end, table);
  if (!start) return;
  const u8 *exit = member(start, end, word(table, W_EXIT));
  /* 0 to 3 are what a command came to; the rest is for those who know what to do about it. */
  if (!exit || *exit < '0' || *exit > '3' || (exit[1] != ',' && exit[1] != '}')) return;
  i64 status = *exit - '0';
  /* Decoded in a copy: the runtime may have to print it after all. */
  for (i64 at = 0; at < end - start; at += 1) copy[at] = start[at];
  u8 *copyEnd = copy + (end - start);
  u8 *out = (u8 *)member(copy, copyEnd, word(table, W_STDOUT));
  u8 *err = (u8 *)member(copy, copyEnd, word(table, W_STDERR));
  Span output, error;
  if (!decode(out, copyEnd, &output) || !decode(err, copyEnd, &error)) return;
  if (interrupted(told)) return;
  /* All is known: who interrupts a print that nobody reads means the print. */
  signals(SIG_UNBLOCK, caught);
  print(2, error, &handover->printedErr);
  handover->printedErr = error.to - error.from;
  if (print(1, output, &handover->printedOut)) call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

/*
 * The runtime reads dozens of variables with one prefix: some end it with a complaint of its own, some change how it runs. It finds none
 * of them under another name, by which our own code knows them again (protocol/environment.ts). The one that our processes give each
 * other stays.
 */
static void hideRuntimeVariables(i64 count, u8 **words, u8 **environment, const u8 *table) {
  const u8 *prefix = word(table, W_RUNTIME);
  int inner = count > 1 && begins(words[1], word(table, W_INNER));
  for (; *environment; environment += 1) {
    if (!begins(*environment, prefix) || (inner && begins(*environment, word(table, W_RUNTIME_TEMP)))) continue;
    (*environment)[sizeOf(prefix) - 1] = '.';
  }
}

/*
 * Whether so many tasks more can be had at once. Each is a child in our memory, as of vfork: its parent waits until it has ended, so that
 * all of them are there when the last one begins. Not by `call`, whose frame the child would overwrite before its parent returns from it.
 */
static int tasks(int wanted) {
  i64 child, status = 0;
  if (wanted == 0) return 1;
  /* CLONE_VM | CLONE_VFORK, and nobody is told of the end. */
  asm volatile("movq $56, %%rax\n movq $0x4100, %%rdi\n movq $0, %%rsi\n movq $0, %%rdx\n movq $0, %%r10\n movq $0, %%r8\n syscall"
               : "=a"(child) : : "rdi", "rsi", "rdx", "rcx", "r8", "r10", "r11", "memory");
  if (child < 0) return child != -EAGAIN;
  if (child == 0) call(SYS_exit, tasks(wanted - 1) ? 0 : 1, 0, 0, 0, 0, 0);
  /* __WALL. */
  while (call(SYS_wait4, child, (i64)&status, 0x40000000, 0, 0, 0) == -EINTR);
  return (u32)status == 0;
}

/* The runtime ends with words of its own where it gets no threads: then these are ours, and the end. */
static void starved(i64 count, u8 **words, const u8 *table, int sent) {
  Span text;
  i64 done = 0;
  int json = 0;
  for (i64 at = 1; at < count; at += 1) if (same(words[at], word(table, W_JSON))) json = 1;
  text.from = word(table, sent ? (json ? W_SENT_STARVED_JSON : W_SENT_STARVED) : json ? W_STARVED_JSON : W_STARVED);
  text.to = text.from + sizeOf(text.from);
  print(json ? 1 : 2, text, &done);
  call(SYS_exit_group, sent ? 4 : 5, 0, 0, 0, 0, 0);
}

static void attempt(i64 count, u8 **words, u8 **environment, const u8 *table, Handover *handover);

/* `stack`: what the kernel gives a program: the count of its words, the words, a zero, its variables, a zero. */
void front(i64 *stack, const u8 *table, Handover *handover) {
  i64 count = stack[0];
  u8 **words = (u8 **)(stack + 1);
  attempt(count, words, words + count + 1, table, handover);
  if (!tasks(THREADS)) starved(count, words, table, handover->sent);
}

/* Does the command; returns when the runtime must. */
static void attempt(i64 count, u8 **words, u8 **environment, const u8 *table, Handover *handover) {
  hideRuntimeVariables(count, words, environment, table);
  u8 folder[4096];
  /* The runtime ends, with words of its own, in a folder that was removed: what needs none works elsewhere, and our words say the rest. */
  if (call(SYS_getcwd, (i64)folder, sizeof folder, 0, 0, 0, 0) == -ENOENT && call(SYS_chdir, (i64)word(table, W_ROOT), 0, 0, 0, 0, 0) == 0) {
    handover->homeless = 1;
    return;
  }
  if (count == 2 && same(words[1], word(table, W_VERSION_FLAG))) {
    Span version;
    i64 done = 0;
    version.from = word(table, W_VERSION);
    version.to = version.from + sizeOf(version.from);
    if (print(1, version, &done)) call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
    return;
  }
  if (!ordinary(count, words, table)) return;

  u8 path[4096];
  Out out;
  out.at = path;
  out.end = path + sizeof path - 64;
  if (!stateFolder(&out, environment, table)) return;
  puts_(&out, word(table, W_RUN));
  if (out.at >= out.end) return;
  *out.at = 0;
  if (!isPrivate(path)) return;
  puts_(&out, word(table, W_RECORD));
  *out.at = 0;
  /* PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE. */
  u8 *room = (u8 *)call(SYS_mmap, 0, ROOM, 3, 0x4022, -1, 0);
  if ((i64)room < 0 && (i64)room > -4096) return;
  i64 recordSize = readFile(path, room, RECORD);
  if (recordSize < 0) return;
  const u8 *recordEnd = room + recordSize;
  Span socket, token;
  /* Of the very same build, and ready: all else needs a decision. */
  if (!after(room, recordEnd, word(table, W_SAME_BUILD)) || !after(room, recordEnd, word(table, W_READY))) return;
  if (!plain(after(room, recordEnd, word(table, W_SOCKET)), recordEnd, &socket)) return;
  if (!plain(after(room, recordEnd, word(table, W_TOKEN)), recordEnd, &token)) return;

  u8 *text = room + RECORD;
  u8 id[UUID];
  out.at = text;
  out.end = text + REQUEST;
  if (!body(&out, count, words, environment, table, id)) return;
  i64 bodySize = out.at - text;
  u8 *request = text + REQUEST;
  out.at = request;
  out.end = request + REQUEST;
  puts_(&out, word(table, W_POST));
  for (const u8 *at = token.from; at < token.to; at += 1) put(&out, *at);
  puts_(&out, word(table, W_CONTENT));
  number(&out, bodySize);
  puts_(&out, word(table, W_HEAD_END));
  for (i64 at = 0; at < bodySize; at += 1) put(&out, text[at]);
  if (out.at > out.end) return;

  /* From here on a signal waits, so that what it interrupts can be told. */
  i64 caught = 1L << (SIGINT - 1) | 1L << (SIGTERM - 1), piped = 1L << (SIGPIPE - 1);
  i64 fd = dial(socket);
  if (fd < 0) return;
  signals(SIG_BLOCK, caught | piped);
  i64 told = call(SYS_signalfd4, -1, (i64)&caught, 8, 02000000, 0, 0);
  i64 size = told < 0 ? -1 : out.at - request, sent = 0;
  while (sent < size) {
    /* MSG_NOSIGNAL. */
    i64 some = call(SYS_sendto, fd, (i64)(request + sent), size - sent, 0x4000, 0, 0);
    if (some > 0) sent += some;
    else if (some != -EINTR) break;
  }
  if (sent == 0) {
    call(SYS_close, fd, 0, 0, 0, 0, 0);
    if (told >= 0) call(SYS_close, told, 0, 0, 0, 0, 0);
    signals(SIG_UNBLOCK, caught | piped);
    return;
  }
  handover->sent = 1;
  handover->fd = fd;
  handover->record = (i64)room;
  handover->recordSize = recordSize;
  for (int at = 0; at < UUID; at += 1) handover->id[at] = id[at];
  u8 *received = request + REQUEST, *end = received;
  /* Half of the room is for the copy. */
  u8 *full = received + (ROOM / 2 - 4 * REQUEST);
  handover->received = (i64)received;
  while (end < full) {
    i64 waiting[2];
    waiting[0] = (u32)fd | (i64)POLLIN << 32;
    waiting[1] = (u32)told | (i64)POLLIN << 32;
    i64 ready = call(SYS_poll, (i64)waiting, 2, AT_ONCE, 0, 0, 0);
    if (ready == -EINTR) continue;
    if (ready <= 0) break;
    if (waiting[1] >> 48) {
      u8 seen[128];
      if (call(SYS_read, told, (i64)seen, sizeof seen, 0, 0, 0) == sizeof seen) handover->signal = *(u32 *)seen;
      break;
    }
    i64 some = call(SYS_read, fd, (i64)end, full - end, 0, 0, 0);
    if (some == -EINTR) continue;
    if (some <= 0) {
      /* Over: who looks at it again may not be told so. */
      call(SYS_close, fd, 0, 0, 0, 0, 0);
      handover->fd = -1;
      break;
    }
    end += some;
    handover->receivedSize = end - received;
    finish(received, end, table, handover, full, told, caught);
  }
  call(SYS_close, told, 0, 0, 0, 0, 0);
  signals(SIG_UNBLOCK, piped);
}

u8 *front_end(u8 *p) { return p; }
