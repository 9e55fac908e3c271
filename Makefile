# sockcat: `make demo` and `make test` do all their set-up on a fresh machine with Swift, make, apt.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
ARCHIVES := .build-archives

# What it is built with; the programs that tests run against; the linters.
BUILD_PACKAGES := libssl-dev libreadline-dev libpcre2-dev
PEER_PACKAGES := ncat netcat-openbsd socat openssl python3 curl redis-server nginx-light \
  python3-aiosmtpd dnsmasq-base postgresql systemd strace
SHELL_PACKAGES := tmux zsh fish bash-completion util-linux procps iproute2 netbase locales libc-bin
LINT_PACKAGES := mandoc shellcheck
BENCH_PACKAGES := openssl ncat netcat-openbsd netcat-traditional socat iperf3 xxd bsdextrautils coreutils \
  strace valgrind python3 expect

# Every import must be of a declared dependency.
CHECKED := --explicit-target-dependency-import-check error

# A program of moderate size. The argument parser's few uses of Foundation, which would be five
# megabytes, find our module of its name first. The standard library's regular expressions, one and a
# half, come in with any search for one string in another (`contains`, `split`, `replacing`): without
# the import, such a line does not compile.
ESSENTIALS := $(ARCHIVES)/FoundationEssentials.swiftmodule
SMALL := -Xswiftc -I$(CURDIR)/$(ARCHIVES) -Xlinker -L$(CURDIR)/$(ARCHIVES) \
  -Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import \
  -Xswiftc -use-ld=lld -Xlinker -s

# That nobody changes what another one is reading is checked at run time where the tests are built; in
# a script's round trip that check would be a fourth of our instructions.
FAST := -Xswiftc -enforce-exclusivity=unchecked

# Swift's runtime, libstdc++ and OpenSSL inside, glibc outside, so that name-service plug-ins, iconv
# and address randomisation work. The linker prefers a shared library wherever it finds one: that is
# why the archives are found first, in a folder of their own. Libraries are the system's: none is
# looked for beside the program.
SHARED_GLIBC := $(CHECKED) -c release --static-swift-stdlib --disable-local-rpath \
  -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic \
  $(SMALL) $(FAST)

# Everything inside, to be copied to any Linux host.
STATIC := $(CHECKED) -c release --scratch-path .build-static -Xswiftc -static-executable $(SMALL) $(FAST)

# Without GNU readline, and so without its licence; not optimised, as only a test runs it.
PLAIN := $(CHECKED) --scratch-path .build-plain --disable-default-traits

.PHONY: all deps test-deps lint-deps bench-deps build static plain demo test fuzz lint bench completions \
  install uninstall clean

all: build

deps:
	@missing=; for p in $(BUILD_PACKAGES); do \
	  dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  $(MAKE) -s apt PACKAGES="$$missing"

test-deps:
	@missing=; for p in $(BUILD_PACKAGES) $(PEER_PACKAGES) $(SHELL_PACKAGES); do \
	  dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  $(MAKE) -s apt PACKAGES="$$missing"

lint-deps:
	@missing=; for p in $(LINT_PACKAGES); do \
	  dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  $(MAKE) -s apt PACKAGES="$$missing"

bench-deps:
	@missing=; for p in $(BENCH_PACKAGES); do \
	  dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  $(MAKE) -s apt PACKAGES="$$missing"

.PHONY: apt
apt:
	@if [ -n "$(strip $(PACKAGES))" ]; then \
	  echo "installing$(PACKAGES)"; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    $(PACKAGES) >/dev/null; \
	fi

$(ARCHIVES): | deps
	@mkdir -p $@
	@libraries=$$(dirname "$$(gcc -print-file-name=libcrypto.a)"); \
	  for name in ssl crypto readline tinfo pcre2-8; do \
	    ln -sf "$$libraries/lib$$name.a" $@/; \
	  done; \
	  ln -sf "$$(gcc -print-file-name=libstdc++.a)" $@/

# What was compiled against it is compiled anew: the package manager does not know of it.
$(ESSENTIALS): $(wildcard Sources/FoundationEssentials/*.swift) | $(ARCHIVES)
	rm -rf .build/*/release/ArgumentParser.build .build-static/*/release/ArgumentParser.build
	$(SWIFT)c -O -whole-module-optimization -parse-as-library -swift-version 6 -warnings-as-errors \
	  -enable-upcoming-feature ExistentialAny -static -emit-library -o $(ARCHIVES)/libSmallFoundation.a \
	  -module-name FoundationEssentials -module-link-name SmallFoundation \
	  -emit-module -emit-module-path $@ $^

build: deps $(ESSENTIALS)
	$(SWIFT) build $(SHARED_GLIBC) --product sockcat

static: deps $(ESSENTIALS)
	$(SWIFT) build $(STATIC) --product sockcat

plain: deps
	$(SWIFT) build $(PLAIN) --product sockcat

# A file through connect and listen, checked byte for byte.
demo: build
	@sh Tests/demo.sh .build/release/sockcat

# The large transfers come last and alone: they take all that two cores have; what measures time then.
TESTS = SOCKCAT_RELEASE=$(CURDIR)/.build/release/sockcat \
  SOCKCAT_STATIC=$(CURDIR)/.build-static/release/sockcat \
  SOCKCAT_PLAIN=$(CURDIR)/.build-plain/debug/sockcat \
  $(SWIFT) test $(CHECKED) --scratch-path .build-test --disable-xctest

test: test-deps build static plain
	$(TESTS) --skip LargeTransferTests --skip LatencyTests
	$(TESTS) --skip-build --filter LargeTransferTests
	$(TESTS) --skip-build --filter LatencyTests

# Beside its peers, in a table; `make bench BENCH='--only echo-cpu --rounds 5'` for a part of it.
bench: bench-deps build static
	$(SWIFT) build $(SHARED_GLIBC) --product sockcat-benchmark
	@.build/release/sockcat-benchmark $(BENCH)

# The script parser against bytes that libFuzzer makes, guided by which code they reach; compiled by
# itself, as every source has to count. What it finds is kept, and the next run begins with it.
FUZZ_SECONDS ?= 600
FUZZ := .build-fuzz
FUZZED := swiftc -O -sanitize=fuzzer -parse-as-library -swift-version 6 -package-name sockcat \
  -enable-upcoming-feature InternalImportsByDefault -I $(FUZZ) -I Sources/CPCRE
FUZZED_SOURCES = Sources/Scripting/Language/*.swift Sources/Scripting/Patterns/BytePattern.swift \
  Sources/Scripting/Patterns/PatternLimits.swift Tests/Fuzzing/FuzzScriptParser.swift

fuzz: deps
	@mkdir -p $(FUZZ)/corpus
	$(FUZZED) -module-name ByteText -emit-library -static -o $(FUZZ)/libByteText.a \
	  -emit-module -emit-module-path $(FUZZ)/ByteText.swiftmodule Sources/ByteText/*.swift
	$(FUZZED) -module-name Scripting -o $(FUZZ)/fuzz-script $(FUZZED_SOURCES) \
	  $(FUZZ)/libByteText.a -lpcre2-8
	$(FUZZ)/fuzz-script -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
	  -max_len=65536 -print_final_stats=1 -artifact_prefix=$(FUZZ)/ \
	  -dict=Tests/Fuzzing/script.dict $(FUZZ)/corpus Tests/Fuzzing/Seeds

lint: lint-deps
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	mandoc -T lint -W warning man/sockcat.1 man/sockcat-script.5
	shellcheck Tests/demo.sh Tests/sockcatTests/Scripts/*.sh .ci/run
	@! grep -rnE '(^|[^A-Za-z.])Task(<[^>]*>)?(\.init)?( \{|\.detached|\((priority|name)|\(\) *\{)' Sources || \
	  { echo 'a task that leaves the event loop: give it executorPreference:'; exit 1; }

completions: build
	.build/release/sockcat --generate-completion-script bash > completions/sockcat.bash
	.build/release/sockcat --generate-completion-script zsh > completions/_sockcat
	.build/release/sockcat --generate-completion-script fish > completions/sockcat.fish

BINARY = $(DESTDIR)$(PREFIX)/bin/sockcat
MANUAL = $(DESTDIR)$(PREFIX)/share/man/man1/sockcat.1
SCRIPT_MANUAL = $(DESTDIR)$(PREFIX)/share/man/man5/sockcat-script.5
BASH_COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sockcat
ZSH_COMPLETION = $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sockcat
FISH_COMPLETION = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sockcat.fish
DOCUMENTS = $(DESTDIR)$(PREFIX)/share/doc/sockcat
EXAMPLES = $(DOCUMENTS)/examples
VIM = $(DESTDIR)$(PREFIX)/share/vim/vimfiles

# Not built anew as root.
.build/release/sockcat:
	$(MAKE) build

install: .build/release/sockcat
	install -D -m 755 .build/release/sockcat $(BINARY)
	install -D -m 644 man/sockcat.1 $(MANUAL)
	install -D -m 644 man/sockcat-script.5 $(SCRIPT_MANUAL)
	install -D -m 644 completions/sockcat.bash $(BASH_COMPLETION)
	install -D -m 644 completions/_sockcat $(ZSH_COMPLETION)
	install -D -m 644 completions/sockcat.fish $(FISH_COMPLETION)
	install -D -m 644 completions/sockcat-script.vim $(VIM)/syntax/sockcat-script.vim
	install -d $(EXAMPLES) $(VIM)/ftdetect
	install -m 644 Tests/sockcatTests/ExampleScripts/*.sct $(EXAMPLES)
	echo 'autocmd BufRead,BufNewFile *.sct setfiletype sockcat-script' > $(VIM)/ftdetect/sockcat-script.vim

uninstall:
	rm -rf $(DOCUMENTS)
	rm -f $(BINARY) $(MANUAL) $(SCRIPT_MANUAL) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION) \
	  $(VIM)/syntax/sockcat-script.vim $(VIM)/ftdetect/sockcat-script.vim

clean:
	rm -rf .build .build-static .build-plain .build-test $(FUZZ) $(ARCHIVES)
