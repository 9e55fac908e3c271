#!/bin/sh
# Makes the certificates that the scripts named tls-* need, in the folder it is started in: for each
# NAME a NAME.pem with what a server sends, and a NAME.key.
set -eu

cat > ca.cnf <<'END'
[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
default_days = 3650
default_crl_days = 3650
unique_subject = no
policy = any
[any]
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
END
: > index
echo 4711 > serial

# key NAME [KIND]: by default one on P-256, which is made fastest
key() {
  case ${2-} in
    rsa:*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa:}" -out "$1.key" ;;
    *) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" ;;
  esac
}

# root NAME COMMON-NAME: an authority that signs itself
root() {
  key "$1"
  openssl req -x509 -config ca.cnf -extensions authority -key "$1.key" -subj "/CN=$2" -days 3650 \
    -out "$1.pem"
}

# issue NAME AUTHORITY EXTENSION... [-- OPTION-OF-openssl-ca...]: CN=NAME, for that authority
issue() {
  name=$1 authority=$2
  shift 2
  [ -e "$name.key" ] || key "$name"
  echo "subjectKeyIdentifier = hash" > "$name.ext"
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    echo "$1" >> "$name.ext"
    shift
  done
  [ $# -eq 0 ] || shift
  openssl req -new -config ca.cnf -key "$name.key" -subj "/CN=$name" -out "$name.csr"
  openssl ca -config ca.cnf -batch -notext -cert "$authority.pem" \
    -keyfile "$authority.key" -in "$name.csr" -extfile "$name.ext" -out "$name.pem" "$@"
}

SERVER='extendedKeyUsage = serverAuth'
CLIENT='extendedKeyUsage = clientAuth'
HERE='subjectAltName = DNS:good.test, DNS:localhost, IP:127.0.0.1'
AUTHORITY='basicConstraints = critical, CA:TRUE'

root root 'Root of Tests'
root stranger 'Stranger'

# What is right.
issue good root "$SERVER" "$HERE"
issue wildcard root "$SERVER" 'subjectAltName = DNS:*.wild.test'
issue other root "$SERVER" 'subjectAltName = DNS:other.test'
issue alice root "$CLIENT" -- -subj /O=Tests/CN=alice
issue painted root "$CLIENT" -- -subj "$(printf '/CN=painted\033[31mred\nline')"
issue mallory stranger "$CLIENT"
issue intermediate root "$AUTHORITY"
issue below intermediate "$SERVER" "$HERE"
cp below.key chain.key
cat below.pem intermediate.pem > chain.pem

# What is not.
issue expired root "$SERVER" "$HERE" -- -startdate 20200101000000Z -enddate 20210304050607Z
issue early root "$SERVER" "$HERE" -- -startdate 20900101000000Z -enddate 20910101000000Z
key self
openssl req -x509 -config ca.cnf -key self.key -subj /CN=self -addext "$HERE" -days 3650 -out self.pem
issue unknown stranger "$SERVER" "$HERE"
issue elsewhere root "$SERVER" 'subjectAltName = DNS:elsewhere.test, IP:192.0.2.1'
issue nameless root "$SERVER"
issue purpose root "$CLIENT" "$HERE"
issue revoked root "$SERVER" "$HERE"
issue lone root "$SERVER" 'basicConstraints = critical, CA:FALSE'
issue lonely lone "$SERVER" "$HERE"
cp lonely.key usurped.key
cat lonely.pem lone.pem > usurped.pem
key weak rsa:1024
issue weak root "$SERVER" "$HERE"
issue digest root "$SERVER" "$HERE" -- -md sha1
issue forged root "$SERVER" "$HERE"
# The signature comes last, and this is its last byte.
openssl x509 -in forged.pem -outform DER -out forged.der
size=$(wc -c < forged.der)
last=$(tail -c 1 forged.der | od -An -tu1 | tr -d ' ')
{ head -c $((size - 1)) forged.der; printf %b "\\0$(printf %o $((last ^ 1)))"; } > forged.new
openssl x509 -in forged.new -inform DER -out forged.pem

# Lists of what was revoked.
openssl ca -config ca.cnf -cert root.pem -keyfile root.key -revoke revoked.pem
openssl ca -config ca.cnf -cert root.pem -keyfile root.key -gencrl -out root.crl
openssl ca -config ca.cnf -cert root.pem -keyfile root.key -gencrl -out old.crl \
  -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
openssl ca -config ca.cnf -cert stranger.pem -keyfile stranger.key -gencrl -out stranger.crl

# Other forms of the same.
mkdir folder
cp root.pem folder
openssl rehash folder
printf 'open sesame\nignored\n' > phrase
printf 'wrong\n' > wrong-phrase
openssl pkey -in good.key -aes128 -passout 'pass:open sesame' -out locked.key
openssl pkcs12 -export -in good.pem -inkey good.key -passout pass: -out good.p12
openssl pkcs12 -export -in chain.pem -inkey chain.key -passout 'pass:open sesame' -out locked.p12
cat good.pem good.key > both.pem
