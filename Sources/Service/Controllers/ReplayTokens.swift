import Catalog
import Crypto
import Foundation
import Recommend
import VectorCollections

/// Tokens that name a suggested set, so that any instance with the same secret can give it again.
///
/// A token is base64url of: version (1 byte), digest of the request (16), position of the bank (8, big-endian), digest of
/// the model (8), how many questions were chosen for needs (1), the questions' ids (16 each), and
/// HMAC-SHA-256 of all that by a key of the service's. It holds nothing of the post but its digest.
struct ReplayTokens: Sendable {
    /// What a token says.
    struct Content: Sendable, Equatable {
        let set: EarlierSet
        let position: Position
        fileprivate let modelDigest: Data

        /// Whether the set was made of this state of the bank.
        func isOf(position: Position, model: String) -> Bool {
            self.position == position && modelDigest == ReplayTokens.digest(model, bytes: ReplayTokens.modelBytes)
        }
    }

    static let lengthMax = 1_000

    private static let version: UInt8 = 1
    private static let requestBytes = 16
    fileprivate static let modelBytes = 8
    private static let sealBytes = 32
    private static let idBytes = 16
    private static let headBytes = 1 + requestBytes + 8 + modelBytes + 1

    private let key: SymmetricKey

    init(secret: Secret) {
        key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(
                for: Data("greenroom replay".utf8), using: SymmetricKey(data: Data(secret.revealed.utf8))))
    }

    func token(for set: SuggestionSet, of request: SuggestionRequest) -> String {
        let forNeeds = set.suggestions.filter { $0.tier == .need }
        let forRole = set.suggestions.filter { $0.tier == .role }
        return token(
            EarlierSet(forNeeds: forNeeds.map(\.question.id), forRole: forRole.map(\.question.id)), of: request,
            position: set.position, model: set.model)
    }

    func token(_ set: EarlierSet, of request: SuggestionRequest, position: Position, model: String) -> String {
        var data = Data([Self.version])
        data += Self.digest(of: request)
        withUnsafeBytes(of: position.rawValue.bigEndian) { data += $0 }
        data += Self.digest(model, bytes: Self.modelBytes)
        data.append(UInt8(set.forNeeds.count))
        for id in set.forNeeds + set.forRole { withUnsafeBytes(of: id.uuid) { data += $0 } }
        data += HMAC<SHA256>.authenticationCode(for: data, using: key)
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// What a token says.
    /// - Throws: `ValidationError` for a text that is no token of this service, and for the token of another request.
    func content(of token: String, for request: SuggestionRequest) throws -> Content {
        guard let content = opened(token) else {
            throw Self.refusal("This is not a token that this service gave")
        }
        guard content.request == Self.digest(of: request) else {
            throw Self.refusal(
                "The token belongs to another request: job_description, role, difficulty and count must be those of then"
            )
        }
        return content.content
    }

    private func opened(_ token: String) -> (request: Data, content: Content)? {
        guard token.utf8.count <= Self.lengthMax, let data = Self.decoded(token) else { return nil }
        let body = data.dropLast(Self.sealBytes)
        let ids = body.dropFirst(Self.headBytes)
        guard body.count >= Self.headBytes, ids.count % Self.idBytes == 0, body.first == Self.version,
            HMAC<SHA256>.isValidAuthenticationCode(data.suffix(Self.sealBytes), authenticating: body, using: key)
        else { return nil }
        let request = Data(body.dropFirst().prefix(Self.requestBytes))
        let position = body.dropFirst(1 + Self.requestBytes).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let questions = stride(from: ids.startIndex, to: ids.endIndex, by: Self.idBytes).map { start in
            UUID(uuid: ids[start..<start + Self.idBytes].withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
        }
        let needCount = Int(body[body.startIndex + Self.headBytes - 1])
        guard needCount <= questions.count else { return nil }
        let set = EarlierSet(
            forNeeds: Array(questions.prefix(needCount)), forRole: Array(questions.dropFirst(needCount)))
        let modelDigest = Data(body.dropFirst(1 + Self.requestBytes + 8).prefix(Self.modelBytes))
        return (
            request,
            Content(set: set, position: Position(Int64(bitPattern: position)), modelDigest: modelDigest)
        )
    }

    private static func decoded(_ token: String) -> Data? {
        let plain = token.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }

    /// Every part with its length before it, so that no two requests read alike.
    private static func digest(of request: SuggestionRequest) -> Data {
        let parts = [request.post, request.role, request.difficulty.rawValue, String(request.count)]
        return digest(parts.map { "\($0.utf8.count) \($0)" }.joined(), bytes: requestBytes)
    }

    fileprivate static func digest(_ text: String, bytes: Int) -> Data {
        Data(SHA256.hash(data: Data(text.utf8))).prefix(bytes)
    }

    private static func refusal(_ message: String) -> ValidationError {
        ValidationError([FieldIssue(type: "value_error", field: "replay", message: message)])
    }
}
