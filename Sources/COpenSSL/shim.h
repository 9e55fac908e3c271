// OpenSSL 3, and as functions what it has as macros, which Swift does not see.
//
// Of digests the plain functions are used, which OpenSSL 3 has still and says are for old programs:
// whoever only wants a checksum need not have all of its providers looked through first.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Contexts.

static inline void openssl_set_options(SSL_CTX *context, int uses_kernel) {
  // An end without close_notify is looked for by ourselves: OpenSSL would let nothing be sent after it.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (uses_kernel) SSL_CTX_set_options(context, SSL_OP_ENABLE_KTLS);
}

static inline void openssl_prefer_own_ciphers(SSL_CTX *context) {
  // But a client that names ChaCha20 first has no AES in its processor.
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}

// Whether nobody has chosen among the ciphers of TLS 1.3, or sorted them.
static inline int openssl_has_default_ciphers(SSL_CTX *context) {
  static const int usual[] = {0x1302, 0x1303, 0x1301};
  STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(context);
  int found = 0;
  for (int index = 0; index < sk_SSL_CIPHER_num(all); index += 1) {
    int number = SSL_CIPHER_get_protocol_id(sk_SSL_CIPHER_value(all, index));
    if (number >> 8 != 0x13) continue;
    if (found == 3 || number != usual[found]) return 0;
    found += 1;
  }
  return found == 3;
}

static inline void openssl_exchange_cookies(SSL *ssl) { SSL_set_options(ssl, SSL_OP_COOKIE_EXCHANGE); }

static inline void openssl_query_no_mtu(SSL *ssl) { SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU); }

static inline int openssl_set_minimum(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline int openssl_set_maximum(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}

static inline void openssl_set_mode(SSL_CTX *context, int mode) { SSL_CTX_set_mode(context, mode); }

static inline void openssl_cache_sessions(SSL_CTX *context, int mode) {
  SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void openssl_choose_by_name(SSL_CTX *context, int (*choose)(SSL *, int *, void *),
                                          void *argument) {
  SSL_CTX_set_tlsext_servername_callback(context, choose);
  SSL_CTX_set_tlsext_servername_arg(context, argument);
}

// Connections.

static inline int openssl_set_host_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline const char *openssl_group_name(SSL *ssl) {
  int group = (int)SSL_get_negotiated_group(ssl);
  return group > 0 ? SSL_group_to_name(ssl, group) : NULL;
}

static inline int openssl_sends_by_kernel(SSL *ssl) { return BIO_get_ktls_send(SSL_get_wbio(ssl)); }

static inline int openssl_receives_by_kernel(SSL *ssl) { return BIO_get_ktls_recv(SSL_get_rbio(ssl)); }

static inline int openssl_set_link_mtu(SSL *ssl, long size) { return (int)DTLS_set_link_mtu(ssl, size); }

static inline int openssl_timeout(SSL *ssl, struct timeval *left) {
  return (int)DTLSv1_get_timeout(ssl, left);
}

static inline int openssl_handle_timeout(SSL *ssl) { return (int)DTLSv1_handle_timeout(ssl); }

// BIOs.

static inline int openssl_has_ended(SSL *ssl) { return BIO_eof(SSL_get_rbio(ssl)); }

static inline void openssl_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void openssl_retry_write(BIO *bio) { BIO_set_retry_write(bio); }

static inline void openssl_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline long openssl_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

// Stacks.

static inline int openssl_count(const STACK_OF(X509) *certificates) {
  return sk_X509_num(certificates);
}

static inline X509 *openssl_certificate(const STACK_OF(X509) *certificates, int index) {
  return sk_X509_value(certificates, index);
}

static inline void openssl_free_all(STACK_OF(X509) *certificates) {
  sk_X509_pop_free(certificates, X509_free);
}

static inline int openssl_cipher_count(const STACK_OF(SSL_CIPHER) *ciphers) {
  return sk_SSL_CIPHER_num(ciphers);
}

static inline const char *openssl_cipher_name(const STACK_OF(SSL_CIPHER) *ciphers, int index) {
  return SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, index));
}

// The names of a certificate; the kind is one of `GEN_DNS`, `GEN_IPADD`, `GEN_EMAIL`, `GEN_URI`.
static inline int openssl_name_count(const GENERAL_NAMES *names) {
  return sk_GENERAL_NAME_num(names);
}

static inline const ASN1_STRING *openssl_name(const GENERAL_NAMES *names, int index, int *kind) {
  const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
  return (const ASN1_STRING *)GENERAL_NAME_get0_value(name, kind);
}

// As `CN=…, O=…`, in one line; characters beyond ASCII as they are.
static inline int openssl_print_name(BIO *bio, const X509_NAME *name) {
  return X509_NAME_print_ex(bio, name, 0,
                            (XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT);
}

// A key on the curve P-256.
static inline EVP_PKEY *openssl_new_key(void) { return EVP_EC_gen("P-256"); }
