import Crypto
public import Foundation
public import Storage

/// What a caller says of an answer, checked against the limits of the catalog.
public struct AnswerDraft: Sendable, Equatable {
    public static let textLength = 1...5_000
    public static let analysisBytesMax = 100_000
    /// How long ago an answer may have been given that comes late.
    public static let lateDaysMax = 366.0
    /// What the clocks of callers may be ahead by.
    public static let aheadSecondsMax = 300.0

    public let text: String
    /// nil until somebody scores it.
    public let score: AnswerScore?
    /// The scores that `score` is the mean of, as they came: a JSON object.
    public let rubric: JSONText?
    /// What another service found in the answer: any JSON.
    public let analysisResult: JSONText?
    /// Of a recording that another service keeps.
    public let audioFileID: String?
    /// When it was given; nil for now.
    public let answeredAt: Date?

    /// - Throws: `ValidationError` with every field that is out of its limits.
    public init(
        text: String, score: AnswerScore? = nil, rubric: JSONText? = nil, analysisResult: JSONText? = nil,
        audioFileID: String? = nil, answeredAt: Date? = nil, now: Date = Date()
    ) throws {
        var check = FieldCheck()
        self.text = check.text(text, "answer_text", in: Self.textLength)
        self.audioFileID = check.text(audioFileID, "audio_file_id", in: 1...200)
        if let bytes = analysisResult?.text.utf8.count, bytes > Self.analysisBytesMax {
            let message = "JSON should have at most \(Self.analysisBytesMax) bytes, this has \(bytes)"
            check.add(FieldIssue(type: "too_long", field: "analysis_result", message: message))
        }
        if let age = answeredAt.map({ now.timeIntervalSince($0) }),
            age < -Self.aheadSecondsMax || age > Self.lateDaysMax * 86_400
        {
            let message = "Time should be within the last \(Int(Self.lateDaysMax)) days"
            check.add(FieldIssue(type: "out_of_range", field: "answered_at", message: message))
        }
        self.score = score
        self.rubric = rubric
        self.analysisResult = analysisResult
        // A clock that is ahead is set right, so that nothing was answered in the future.
        self.answeredAt = answeredAt.map { min($0, now) }
        try check.finish()
    }

    /// For rows that the database has checked.
    init(
        unchecked text: String, score: AnswerScore?, rubric: JSONText?, analysisResult: JSONText?,
        audioFileID: String?, answeredAt: Date
    ) {
        self.text = text
        self.score = score
        self.rubric = rubric
        self.analysisResult = analysisResult
        self.audioFileID = audioFileID
        self.answeredAt = answeredAt
    }

    /// The SHA-256 of the text that is embedded, 32 bytes.
    public var embeddedTextHash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
