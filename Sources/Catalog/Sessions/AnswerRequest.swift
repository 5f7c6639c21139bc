import Crypto
public import Foundation
import Storage

/// An answer that a person gives, and the key by which they know it again.
public struct AnswerRequest: Sendable {
    public let person: UUID
    /// The question's id in its session.
    public let question: UUID
    public let draft: AnswerDraft
    /// The same key with the same content makes one answer, however often it is sent.
    public let key: String?

    /// - Throws: `ValidationError` for a key that is too long.
    public init(person: UUID, question: UUID, draft: AnswerDraft, key: String?) throws {
        var check = FieldCheck()
        self.person = person
        self.question = question
        self.draft = draft
        self.key = check.text(key, "client_key", in: 1...AnswerStore.keyLengthMax)
        try check.finish()
    }

    /// The SHA-256 of what is asked, 32 bytes. Every part stands behind its length, so that no two requests run together.
    var hash: [UInt8] {
        var hasher = SHA256()
        let parts: [String] = [
            question.uuidString, draft.text, draft.score.map { String($0.hundredths) } ?? "-",
            draft.rubric?.text ?? "-", draft.analysisResult?.text ?? "-", draft.audioFileID ?? "-",
        ]
        for part in parts { hasher.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
        return Array(hasher.finalize())
    }
}
