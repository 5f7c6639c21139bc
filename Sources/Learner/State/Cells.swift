/// The success rate of one context, by a mean that forgets once it has seen `limit` answers.
struct RateCell: Equatable, Sendable {
    var rate: Float = 0.5
    var answers: Float = 0

    /// How far the rate is believed against a prediction made without it, 0..<1.
    @inline(__always)
    var trust: Float { answers / (answers + Self.doubt) }

    /// Answers after which the rate counts as much as that prediction.
    private static let doubt: Float = 6

    @inline(__always)
    mutating func learn(_ score: Float, limit: Float) {
        answers = min(answers + 1, limit)
        rate += (score - rate) / (answers + 1.5)
    }
}

/// What one context adds, on the logit scale, to a prediction made without it; shrunk to nothing by a prior variance.
struct ResidualCell: Equatable, Sendable {
    static let answersMax: Float = 2_000

    var shift: Float = 0
    var answers: Float = 0

    @inline(__always)
    mutating func learn(base: Float, score: Float, priorPrecision: Float) {
        let error = score - Elementary.logistic(base + shift)
        shift += error / (priorPrecision + 0.18 * answers)
        answers = min(answers + 1, Self.answersMax)
    }
}

/// A `ResidualCell` of a hashed table: it knows which context it belongs to, so that contexts do not mix.
struct ContextCell: Equatable, Sendable {
    static let answersMax: UInt16 = 2_000

    var shift: Float = 0
    var answers: UInt16 = 0
    var tag: UInt16 = 0

    /// What this context adds; nothing where the cell belongs to another.
    @inline(__always)
    func shift(of tag: UInt16) -> Float { self.tag == tag ? shift : 0 }

    /// Learns as `ResidualCell` does. A cell of another context loses one answer, and is taken over when it has none.
    @inline(__always)
    mutating func learn(tag: UInt16, base: Float, score: Float, priorPrecision: Float) {
        if self.tag != tag {
            if answers > 1 {
                answers -= 1
                return
            }
            self = ContextCell(shift: 0, answers: 0, tag: tag)
        }
        let error = score - Elementary.logistic(base + shift)
        shift += error / (priorPrecision + 0.18 * Float(answers))
        answers = min(answers + 1, Self.answersMax)
    }
}
