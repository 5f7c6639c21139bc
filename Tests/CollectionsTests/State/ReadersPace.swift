import Foundation

/// Lets a writer's thread wait for readers, so that each state is read.
///
/// `@unchecked Sendable`: every stored property is read and written only between `lock()` and `unlock()` of `condition`.
final class ReadersPace: @unchecked Sendable {
    private let condition = NSCondition()
    private var reads = 0
    private var walks = 0
    private var isEnded = false

    var walksCount: Int { locked { walks } }
    var isStopped: Bool { locked { isEnded } }

    func noteRead(isWalk: Bool) {
        locked {
            reads += 1
            if isWalk { walks += 1 }
            condition.broadcast()
        }
    }

    /// Blocks its thread until there were so many reads more; false when it was stopped.
    func awaitReads(_ count: Int) -> Bool {
        locked {
            let wanted = reads + count
            while reads < wanted && !isEnded { condition.wait() }
            return !isEnded
        }
    }

    func stop() {
        locked {
            isEnded = true
            condition.broadcast()
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
