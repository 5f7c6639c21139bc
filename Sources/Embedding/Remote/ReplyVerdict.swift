import Foundation
import NIOHTTP1

/// An answer that came in whole, or of which only the beginning was read because it is no success.
struct ProviderReply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: Data
}

/// What an answer means for the call.
enum ReplyVerdict: Equatable {
    case success
    /// It may be tried again.
    case retry(ProviderFailure, after: Duration?)
    case fail(RemoteEmbedderError)
    /// A text is too long for the model.
    case tooLong

    private static let messageCharactersMax = 300
    /// How providers say that a text is too long, in small letters.
    private static let lengthComplaints = [
        "maximum context length", "maximum input length", "max input tokens", "maximum sequence length",
        "input is too long", "input length exceeds", "exceeds the context length", "too many tokens",
        "less than 512 tokens", "input is too large",
    ]

    init(_ reply: ProviderReply, host: String, key: APIKey?, secondsSince1970: Int) {
        let status = reply.status
        if (200..<300).contains(status) {
            self = .success
            return
        }
        let complaint = Complaint(reply.body)
        let message = Self.excerpt(complaint.message, key)
        switch status {
        case 300..<400: self = .fail(.redirected(status: status, host: host))
        // The message is left out: it is about the key.
        case 401, 403: self = .fail(.keyRefused(status: status, host: host))
        case 429 where complaint.code == "insufficient_quota":
            self = .fail(.quotaExhausted(host: host, message: message))
        case 408, 429, 500...:
            let advice = RetryAdvice.pause(in: reply.headers, secondsSince1970: secondsSince1970)
            self = .retry(.status(status, message: message), after: advice)
        case 400, 413, 422:
            self =
                Self.isAboutLength(complaint)
                ? .tooLong : .fail(.requestRefused(status: status, host: host, message: message))
        default: self = .fail(.requestRefused(status: status, host: host, message: message))
        }
    }

    private static func isAboutLength(_ complaint: Complaint) -> Bool {
        if complaint.code == "context_length_exceeded" { return true }
        let message = complaint.message.lowercased()
        return lengthComplaints.contains { message.contains($0) }
    }

    /// The message in one line, masked before it is cut, so that no part of a key stays at the cut.
    private static func excerpt(_ message: String, _ key: APIKey?) -> String {
        let masked = key?.masking(message) ?? message
        let line = String(masked.map { $0.isNewline || $0.isWhitespace ? " " : $0 })
        if line.isEmpty { return "no message" }
        return line.count > messageCharactersMax ? line.prefix(messageCharactersMax) + "…" : line
    }
}

/// The message of an error in one of the forms that providers use: `{"error": {"message", "code"}}`, `{"error": "…"}`,
/// `{"message": "…"}`, `{"detail": "…"}`, or any text.
struct Complaint: Equatable {
    var message: String
    var code: String?

    init(_ body: Data) {
        do {
            let form = try JSONDecoder().decode(Form.self, from: body)
            message = form.message
            code = form.code
        } catch {
            message = String(decoding: body, as: UTF8.self)
        }
    }

    private struct Form: Decodable {
        let message: String
        let code: String?

        private enum Keys: String, CodingKey { case error, message, detail, code, type }

        init(from decoder: any Decoder) throws {
            let outer = try decoder.container(keyedBy: Keys.self)
            let inner: KeyedDecodingContainer<Keys>
            do { inner = try outer.nestedContainer(keyedBy: Keys.self, forKey: .error) } catch { inner = outer }
            code = Self.text(inner, .code) ?? Self.text(inner, .type)
            guard let text = Self.text(inner, .message) ?? Self.text(outer, .error) ?? Self.text(outer, .detail) else {
                throw DecodingError.dataCorrupted(
                    DecodingError.Context(codingPath: outer.codingPath, debugDescription: "there is no message"))
            }
            message = text
        }

        /// Nil too when something other than a text stands there.
        private static func text(_ container: KeyedDecodingContainer<Keys>, _ key: Keys) -> String? {
            do { return try container.decodeIfPresent(String.self, forKey: key) } catch { return nil }
        }
    }
}
