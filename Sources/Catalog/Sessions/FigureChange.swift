import Foundation

/// What an answer that came, changed or went does to the figures: differences, added up exactly.
struct FigureChange: Equatable {
    var answers = 0
    var scored = 0
    var successes = 0
    /// Of score points.
    var hundredths = 0

    init() {}

    /// - Parameters:
    ///   - old: the answer as it was; nil for a new one.
    ///   - new: the answer as it is; nil for one that goes.
    init(from old: Answer?, to new: Answer?) {
        for (answer, sign) in [(old, -1), (new, 1)] {
            guard let answer else { continue }
            answers += sign
            guard let score = answer.draft.score else { continue }
            scored += sign
            successes += score.isSuccess ? sign : 0
            hundredths += sign * score.hundredths
        }
    }

    static func += (left: inout FigureChange, right: FigureChange) {
        left.answers += right.answers
        left.scored += right.scored
        left.successes += right.successes
        left.hundredths += right.hundredths
    }

    static func + (left: FigureChange, right: FigureChange) -> FigureChange {
        var sum = left
        sum += right
        return sum
    }
}

/// Differences by what they belong to, as columns of one statement.
struct FigureColumns<Key> {
    private(set) var keys: [Key] = []
    private(set) var answers: [Int64] = []
    private(set) var scored: [Int64] = []
    private(set) var successes: [Int64] = []
    private(set) var hundredths: [Int64] = []

    init(_ changes: some Sequence<(key: Key, value: FigureChange)>) {
        for (key, change) in changes {
            keys.append(key)
            answers.append(Int64(change.answers))
            scored.append(Int64(change.scored))
            successes.append(Int64(change.successes))
            hundredths.append(Int64(change.hundredths))
        }
    }
}
