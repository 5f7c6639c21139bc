/// Answers in the order they were given, with people, questions and skills numbered by first appearance.
public struct AnswerLog: Sendable {
    public struct Row: Equatable, Sendable {
        public let person: Int32
        public let question: Int32
        public let skills: SkillTags
        public let score: Float
        /// Seconds, NaN where the log has no times.
        public let seconds: Double
        /// Whether the answer counts in the figures; every answer is learned from.
        public let isTest: Bool

        public init(person: Int32, question: Int32, skills: SkillTags, score: Float, seconds: Double, isTest: Bool) {
            self.person = person
            self.question = question
            self.skills = skills
            self.score = score
            self.seconds = seconds
            self.isTest = isTest
        }
    }

    public var rows: [Row]
    public var personCount: Int
    public var questionCount: Int
    public var skillCount: Int

    public init(rows: [Row], personCount: Int, questionCount: Int, skillCount: Int) {
        self.rows = rows
        self.personCount = personCount
        self.questionCount = questionCount
        self.skillCount = skillCount
    }

    /// Reads CSV, gzip or plain: `user,item,skills,correct,split` and optionally `time` (seconds).
    ///
    /// `skills` separates by `;`, `|`, `~` or a space, and by `_` or `+` where all parts are digits; up to eight, and an
    /// empty field is a skill of its own. `correct` is 0...1; `split` is train or test. Fields may stand in double quotes.
    /// - Throws: `AnswerLogError`, at the first bad row with its line.
    public static func read(path: String) throws -> AnswerLog {
        let log = try parse(GzipFile.read(path))
        guard !log.rows.isEmpty else { throw AnswerLogError.empty(path: path) }
        return log
    }

    /// As `read`, of text in memory; a text without answers gives an empty log.
    public static func parse(_ text: [UInt8]) throws(AnswerLogError) -> AnswerLog {
        var parser = AnswerLogParser()
        var start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            line += 1
            try parser.take(text[start..<end], line: line)
            start = end + 1
        }
        guard line > 0 else { throw .header(received: "") }
        return parser.log
    }
}
