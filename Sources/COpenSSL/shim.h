// The digest alone, and not OpenSSL's way to choose one of all that it has, by providers: linked
// statically, that is three megabytes. OpenSSL 3 has it still, and says that it is for old programs.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
