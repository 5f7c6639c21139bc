/// What must not be recommended to a person now, whatever speaks for it.
public struct CoachHistory: Equatable, Sendable {
    /// The latest answer to a question.
    public struct Answer: Equatable, Sendable {
        /// 0...1
        public var score: Double
        /// On the person's clock.
        public var seconds: Double

        public init(score: Double, seconds: Double) {
            self.score = score
            self.seconds = seconds
        }
    }

    /// By question.
    public var answers: [Int32: Answer]
    /// Never to be shown: hidden by the person, withdrawn, or somebody else's own.
    public var closed: Set<Int32>
    /// Days until a question may come again, after an answer below one half and after another.
    public var restDaysPoor: Double
    public var restDaysGood: Double

    public init(
        answers: [Int32: Answer] = [:], closed: Set<Int32> = [], restDaysPoor: Double = 1, restDaysGood: Double = 30
    ) {
        self.answers = answers
        self.closed = closed
        self.restDaysPoor = restDaysPoor
        self.restDaysGood = restDaysGood
    }

    public func excludes(_ question: Int32, seconds: Double) -> Bool {
        if closed.contains(question) { return true }
        guard let answer = answers[question] else { return false }
        let rest = answer.score < 0.5 ? restDaysPoor : restDaysGood
        return seconds - answer.seconds < rest * 86_400
    }
}
