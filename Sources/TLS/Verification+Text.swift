import COpenSSL
import Glibc

/// What is said of a peer that was refused.
extension Verification {
  /// Everything that is wrong, the first thing first; nil if nothing is.
  var failure: TLSFailure? {
    let told = problems.filter { !isRepetition($0) }
    guard let first = told.first else { return pinFailure }
    // What is said of one certificate names it once.
    var (texts, named): ([String], CertificateFacts?) = ([], nil)
    for problem in told {
      let isSame = named != nil && named == problem.certificate
      texts.append((isSame ? "it " : subject(of: problem)) + predicate(of: problem))
      named = problem.certificate
    }
    return TLSFailure(texts.joined(separator: "; "), hint: hint(for: first))
  }

  private var pinFailure: TLSFailure? {
    guard let own = chain.first, !trust.pins.isEmpty, !hasMatchedPin else { return nil }
    return TLSFailure(
      "certificate \"" + own.subject + "\" is not the one that was pinned: its key is "
        + own.keyPin.description,
      hint: "--tls-pin " + own.keyPin.description + ", if that is the right one")
  }

  /// OpenSSL says it again of the leaf when it knows no issuer.
  private func isRepetition(_ problem: Problem) -> Bool {
    problem.code == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE
      && problems.contains {
        $0.code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
          || $0.code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT
      }
  }

  private func subject(of problem: Problem) -> String {
    guard let facts = problem.certificate else { return "the certificate " }
    return "certificate \"" + facts.subject + "\" "
  }

  private func predicate(of problem: Problem) -> String {
    let facts = problem.certificate
    let issuer = "\"" + (facts?.issuer ?? "?") + "\""
    let use = isOfServer ? "server" : "client"
    switch problem.code {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "has expired on " + (facts?.end ?? "?") + ", issued by " + issuer
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "is not valid before " + (facts?.begin ?? "?") + ", issued by " + issuer
        + "; here it is " + timeNow()
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "is signed by itself and not known here"
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "stands at the end of the chain and is not trusted here"
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "is issued by " + issuer + ", whose certificate was not sent and is not known here"
    case X509_V_ERR_IP_ADDRESS_MISMATCH where facts?.names.contains(wantedName ?? "") == true:
      return "has " + (wantedName ?? "?") + " as a host name and not as an address"
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "is for " + (facts?.nameList ?? "?") + ", not for " + (wantedName ?? "?")
    case X509_V_ERR_INVALID_PURPOSE: return "may not be used by a " + use
    case X509_V_ERR_CERT_REVOKED: return "was revoked by " + issuer
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return "cannot be looked up: there is no revocation list of " + issuer
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "cannot be looked up: the revocation list of " + issuer + " is out of date"
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL:
      return "has too weak a key: " + (facts?.key ?? "?")
    case X509_V_ERR_CA_MD_TOO_WEAK: return "is signed with too weak a digest"
    case X509_V_ERR_INVALID_CA: return "is no authority's, and yet another one is issued by it"
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: return "bears no valid signature of " + issuer
    default:
      return "is refused: " + String(cString: X509_verify_cert_error_string(Int(problem.code)))
    }
  }

  private func hint(for problem: Problem) -> String? {
    switch problem.code {
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      let names = problem.certificate?.names ?? []
      return names.first(where: isPlain).map {
        "--tls-name " + $0 + ", if that is whom you mean"
      }
    case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED: return "--tls-crl FILE"
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return isOfServer ? "--tls-ca FILE" : "--tls-client-ca FILE"
    case X509_V_ERR_CERT_REVOKED: return nil
    default:
      guard isOfServer, let own = chain.first else { return nil }
      return "--tls-pin " + own.keyPin.description + ", to take this key all the same"
    }
  }

  /// Whether a name can be typed as it is; a peer may have chosen one that a shell would act on.
  private func isPlain(_ name: String) -> Bool {
    name != wantedName && !name.hasPrefix("-")
      && name.utf8.allSatisfy {
        0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || "-._:".utf8.contains($0)
      }
  }

  private func timeNow() -> String {
    var (now, parts) = (time(nil), tm())
    gmtime_r(&now, &parts)
    return CertificateFacts.text(of: parts)
  }
}
