import Crypto
import Foundation

/// Names for people that tell one from another to one viewer, and tell nobody who they are: the first 8 bytes of
/// HMAC-SHA-256 of viewer and person, by the service's secret.
struct Pseudonyms: Sendable {
    private let key: SymmetricKey

    init(secret: Secret) {
        key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(
                for: Data("greenroom pseudonyms".utf8), using: SymmetricKey(data: Data(secret.revealed.utf8))))
    }

    func name(of person: String, to viewer: UUID) -> String {
        let text = viewer.uuidString.lowercased() + "/" + person
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
        return "person-" + code.prefix(8).map { String(format: "%02x", $0) }.joined()
    }
}
