/// What is left to do of one request: a pure state machine without threads or waiting.
///
/// First every text is cut into tokens and windows, then the windows are encoded, the longest first, so that threads which
/// share a request end nearly together. Steps are handed out once each and may end in any order.
struct EncodingWork {
    enum Step: Equatable {
        case tokenize(text: Int)
        case encode(window: Int)
    }

    private struct Window {
        let text: Int
        let tokens: [Int32]
    }

    private let texts: [String]
    private var textsTaken = 0
    private var textsDone = 0
    private var windows: [Window] = []
    /// Windows in the order in which they are handed out.
    private var order: [Int] = []
    private var windowsTaken = 0
    private var windowsDone = 0
    /// For each text, which windows are its own, and their vectors.
    private var parts: [(windows: Range<Int>, vectors: [[Float]])]

    init(texts: [String]) {
        precondition(!texts.isEmpty, "a request has a text")
        self.texts = texts
        parts = texts.map { _ in (0..<0, []) }
    }

    /// Whether every step was handed out and has ended.
    var isFinished: Bool { textsDone == texts.count && windowsDone == windows.count }

    /// Whether `take` would hand out a step now. Between the last text's tokens and its end there is none for a moment.
    var hasStep: Bool { textsTaken < texts.count || (textsDone == texts.count && windowsTaken < windows.count) }

    func text(_ index: Int) -> String { texts[index] }

    func tokens(ofWindow index: Int) -> [Int32] { windows[index].tokens }

    /// Windows not handed out yet, known once every text has its tokens.
    var windowsWaiting: Int { windows.count - windowsTaken }

    mutating func take() -> Step? {
        guard hasStep else { return nil }
        if textsTaken < texts.count {
            textsTaken += 1
            return .tokenize(text: textsTaken - 1)
        }
        windowsTaken += 1
        return .encode(window: order[windowsTaken - 1])
    }

    /// Ends `tokenize`: the windows of a text, of which there is at least one.
    mutating func end(text: Int, windows found: [[Int32]]) {
        precondition(!found.isEmpty, "an empty text has a window too")
        parts[text] = (windows.count..<windows.count + found.count, found.map { _ in [] })
        windows += found.map { Window(text: text, tokens: $0) }
        textsDone += 1
        guard textsDone == texts.count else { return }
        order = windows.indices.sorted {
            (windows[$1].tokens.count, $0) < (windows[$0].tokens.count, $1)
        }
    }

    /// Ends `encode`.
    mutating func end(window: Int, vector: [Float]) {
        let text = windows[window].text
        parts[text].vectors[window - parts[text].windows.lowerBound] = vector
        windowsDone += 1
    }

    /// A vector for each text: its only window's, or the mean of its windows' weighted by their tokens, at length 1.
    func vectors() -> [[Float]] {
        precondition(isFinished, "every step has ended")
        return parts.map { part in
            part.vectors.count == 1
                ? part.vectors[0] : Self.mean(part.vectors, weights: windows[part.windows].map(weight))
        }
    }

    /// The tokens of a window without the two that open and close it.
    private func weight(_ window: Window) -> Float { Float(window.tokens.count - 2) }

    private static func mean(_ vectors: [[Float]], weights: [Float]) -> [Float] {
        var sum = [Double](repeating: 0, count: vectors[0].count)
        for (vector, weight) in zip(vectors, weights) {
            for (index, value) in vector.enumerated() { sum[index] += Double(weight * value) }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { Float(length > 0 ? $0 / length : $0) }
    }
}
