import Foundation

/// Shows how far a long command is, on standard error: a bar on a terminal, a line every tenth elsewhere.
struct ProgressBar {
    private let title: String
    private let total: Int
    private let isTerminal: Bool
    private let start = ContinuousClock.now
    private var lastTenth = -1

    init(title: String, total: Int) {
        self.title = title
        self.total = max(1, total)
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    mutating func show(_ done: Int) {
        let share = min(1, Double(done) / Double(total))
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1_000
        if isTerminal {
            let width = 30
            let filled = Int(share * Double(width))
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            let line = String(format: "\r%@ %@ %d/%d %.0f%% %.1f s", title, bar, done, total, share * 100, seconds)
            FileHandle.standardError.write(Data(line.utf8))
        } else if Int(share * 10) > lastTenth {
            lastTenth = Int(share * 10)
            FileHandle.standardError.write(Data(String(format: "%@ %d/%d\n", title, done, total).utf8))
        }
    }

    func finish() {
        if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}
