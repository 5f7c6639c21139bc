import Foundation

/// Threads that share one piece of work at a time: each step runs on all of them and ends when the last has done.
///
/// The caller's thread is one of the team. A team lives as long as one long computation, whose owner bounds its number.
public final class WorkerTeam: Sendable {
    public let threadCount: Int

    private let rendezvous = Rendezvous()

    /// Starts `threadCount − 1` threads, which live until `dismiss()`.
    public init(name: String, threadCount: Int) {
        precondition(threadCount > 0)
        self.threadCount = threadCount
        let rendezvous = rendezvous
        for member in 1..<max(1, threadCount) {
            let thread = Thread { rendezvous.follow(as: member) }
            thread.name = "\(name)-\(member)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Calls `step` once on every thread with the thread's number, 0 being the caller's, and returns when all are done.
    /// One call at a time.
    public func run(_ step: @escaping @Sendable (Int) -> Void) {
        guard threadCount > 1 else { return step(0) }
        rendezvous.begin(step, followers: threadCount - 1)
        step(0)
        rendezvous.awaitFollowers()
    }

    /// Ends the threads. No step may be running.
    public func dismiss() { rendezvous.dismiss() }

    deinit { rendezvous.dismiss() }
}

/// Where the threads of a team meet.
///
/// `@unchecked Sendable`: every stored property is read and written only between `lock()` and `unlock()` of `condition`.
private final class Rendezvous: @unchecked Sendable {
    private let condition = NSCondition()
    private var step: (@Sendable (Int) -> Void)?
    private var stepsBegun = 0
    private var running = 0
    private var isDismissed = false

    func begin(_ step: @escaping @Sendable (Int) -> Void, followers: Int) {
        condition.lock()
        precondition(running == 0, "a step of a team began before the last one ended")
        self.step = step
        stepsBegun += 1
        running = followers
        condition.broadcast()
        condition.unlock()
    }

    func awaitFollowers() {
        condition.lock()
        while running > 0 { condition.wait() }
        step = nil
        condition.unlock()
    }

    /// The body of a team's thread.
    func follow(as member: Int) {
        var stepsDone = 0
        while let step = next(after: stepsDone) {
            stepsDone += 1
            step(member)
            condition.lock()
            running -= 1
            if running == 0 { condition.broadcast() }
            condition.unlock()
        }
    }

    func dismiss() {
        condition.lock()
        isDismissed = true
        condition.broadcast()
        condition.unlock()
    }

    private func next(after stepsDone: Int) -> (@Sendable (Int) -> Void)? {
        condition.lock()
        defer { condition.unlock() }
        while stepsBegun == stepsDone && !isDismissed { condition.wait() }
        return isDismissed ? nil : step
    }
}
