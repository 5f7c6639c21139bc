import CEpoll
import Foundation
import Synchronization

/// One thread that waits for many sockets by epoll and runs Swift jobs between the waits.
///
/// It is a serial executor, so an actor that lives on it may keep a C handle without locks, and it is a task executor,
/// so a task that prefers it talks to such an actor without changing threads. Callbacks for sockets and timers run on
/// the thread itself: an actor of this executor enters itself there by `assumeIsolated`.
///
/// The thread ends when the last reference to the object is gone.
final class EventLoopThread: SerialExecutor, TaskExecutor {
    private let core: EventLoopCore

    /// Starts the thread. Creating two descriptors is all that can fail; a process that has none left at its start
    /// cannot open a connection either, so that is a trap.
    init(name: String) {
        core = EventLoopCore()
        core.setOwner(self)
        let thread = Thread { [core] in core.run() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { core.stop() }

    func enqueue(_ job: consuming ExecutorJob) { core.submit(UnownedJob(job)) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    func checkIsolated() {
        precondition(core.isCurrentThread, "this code runs on the event loop's thread only")
    }

    func isIsolatingCurrentContext() -> Bool? { core.isCurrentThread }

    /// Runs `work` on the thread, after the work submitted before. Callable from any thread.
    func execute(_ work: @escaping @Sendable () -> Void) { core.submit(work) }

    /// Calls `handler` on the thread whenever the descriptor is ready; level-triggered. Only on the thread.
    /// - Returns: the token that names this registration.
    func register(descriptor: Int32, interest: Readiness, handler: @escaping @Sendable (Readiness) -> Void) -> UInt64 {
        checkIsolated()
        return core.register(descriptor: descriptor, interest: interest, handler: handler)
    }

    /// Changes what a registration waits for, or the descriptor it waits on. Only on the thread.
    func update(_ token: UInt64, descriptor: Int32, interest: Readiness) {
        checkIsolated()
        core.update(token, descriptor: descriptor, interest: interest)
    }

    /// Ends a registration; a readiness already fetched for it is dropped. Only on the thread.
    /// - Parameter descriptor: nil when it was closed already, and its number perhaps given to another file.
    func unregister(_ token: UInt64, descriptor: Int32?) {
        checkIsolated()
        core.unregister(token, descriptor: descriptor)
    }

    /// Calls `action` once at `deadline`, to the millisecond, never early. Only on the thread.
    func schedule(at deadline: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        checkIsolated()
        return core.schedule(at: deadline, action)
    }

    /// Drops a timer that has not fired. Only on the thread.
    func cancelTimer(_ timer: UInt64) {
        checkIsolated()
        core.cancelTimer(timer)
    }
}

/// What a socket is ready for.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt32

    static let readable = Readiness(rawValue: UInt32(greenroom_epoll_readable))
    static let writable = Readiness(rawValue: UInt32(greenroom_epoll_writable))
    static let hungUp = Readiness(rawValue: UInt32(greenroom_epoll_hung_up))
}

/// The state of an event loop, which its thread keeps alive.
///
/// `@unchecked Sendable`: `inbox` and `threadID` guard themselves, the descriptors never change, `owner` is set before
/// the thread starts, and the rest is touched on the thread only.
private final class EventLoopCore: @unchecked Sendable {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var work: [@Sendable () -> Void] = []
        var isAsleep = false
        var isStopped = false
    }

    private struct Timer {
        let deadline: ContinuousClock.Instant
        let action: @Sendable () -> Void
    }

    private static let eventsMax = 64
    /// A task that enters an actor's method or leaves it is queued anew more often than not; so many rounds of jobs are
    /// run before the sockets are looked at, which costs a system call.
    private static let roundsMax = 16

    private let inbox = Mutex(Inbox())
    private let threadID = Atomic<UInt>(0)
    private let epoll: Int32
    private let wakeup: Int32
    private weak var owner: EventLoopThread?
    private var handlers: [UInt64: @Sendable (Readiness) -> Void] = [:]
    private var timers: [UInt64: Timer] = [:]
    private var earliestDeadline: ContinuousClock.Instant?
    /// 0 is the wake-up descriptor.
    private var lastToken: UInt64 = 0

    init() {
        epoll = greenroom_epoll_create()
        wakeup = greenroom_eventfd_create()
        precondition(epoll >= 0 && wakeup >= 0, "no descriptor left for an event loop: errno \(-min(epoll, wakeup))")
        check(greenroom_epoll_watch(epoll, wakeup, 0, Readiness.readable.rawValue))
    }

    deinit {
        close(epoll)
        close(wakeup)
    }

    var isCurrentThread: Bool { threadID.load(ordering: .acquiring) == UInt(pthread_self()) }

    func setOwner(_ thread: EventLoopThread) { owner = thread }

    func submit(_ job: UnownedJob) {
        wake(
            if: inbox.withLock {
                $0.jobs.append(job); return wakes(&$0)
            })
    }

    func submit(_ work: @escaping @Sendable () -> Void) {
        wake(
            if: inbox.withLock {
                $0.work.append(work); return wakes(&$0)
            })
    }

    func stop() {
        wake(
            if: inbox.withLock {
                $0.isStopped = true; return wakes(&$0)
            })
    }

    private func wakes(_ inbox: inout Inbox) -> Bool {
        defer { inbox.isAsleep = false }
        return inbox.isAsleep
    }

    private func wake(if isNeeded: Bool) {
        if isNeeded { check(greenroom_eventfd_signal(wakeup)) }
    }

    func register(
        descriptor: Int32, interest: Readiness, handler: @escaping @Sendable (Readiness) -> Void
    ) -> UInt64 {
        lastToken += 1
        handlers[lastToken] = handler
        update(lastToken, descriptor: descriptor, interest: interest)
        return lastToken
    }

    func update(_ token: UInt64, descriptor: Int32, interest: Readiness) {
        precondition(handlers[token] != nil)
        check(greenroom_epoll_watch(epoll, descriptor, token, interest.rawValue))
    }

    func unregister(_ token: UInt64, descriptor: Int32?) {
        handlers[token] = nil
        if let descriptor { check(greenroom_epoll_unwatch(epoll, descriptor)) }
    }

    func schedule(at deadline: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        lastToken += 1
        timers[lastToken] = Timer(deadline: deadline, action: action)
        if earliestDeadline.map({ deadline < $0 }) ?? true { earliestDeadline = deadline }
        return lastToken
    }

    func cancelTimer(_ timer: UInt64) { timers[timer] = nil }

    /// The body of the thread: jobs and work, then sockets, then timers, until stopped with nothing left to do.
    func run() {
        threadID.store(UInt(pthread_self()), ordering: .releasing)
        var events = [greenroom_epoll_event](repeating: greenroom_epoll_event(), count: Self.eventsMax)
        var jobs: [UnownedJob] = []
        var work: [@Sendable () -> Void] = []
        while true {
            var rounds = 0
            var isIdle = false
            var isStopped = false
            repeat {
                (isIdle, isStopped) = takeWork(&jobs, &work)
                run(&jobs, &work)
                rounds += 1
            } while !isIdle && rounds < Self.roundsMax
            if isStopped && isIdle { return }
            let count = greenroom_epoll_wait(epoll, &events, Int32(events.count), isIdle ? waitMilliseconds() : 0)
            check(count)
            for event in events[..<Int(count)] { deliver(event) }
            fireTimers()
        }
    }

    /// - Returns: whether there was nothing to take, so that the thread goes to sleep and must be woken; and whether it
    ///   was told to stop.
    private func takeWork(
        _ jobs: inout [UnownedJob], _ work: inout [@Sendable () -> Void]
    ) -> (isIdle: Bool, isStopped: Bool) {
        inbox.withLock { inbox in
            swap(&jobs, &inbox.jobs)
            swap(&work, &inbox.work)
            inbox.isAsleep = jobs.isEmpty && work.isEmpty
            return (inbox.isAsleep, inbox.isStopped)
        }
    }

    /// The owner is held while jobs run, so that it cannot go away beneath the last of them.
    private func run(_ jobs: inout [UnownedJob], _ work: inout [@Sendable () -> Void]) {
        if !jobs.isEmpty {
            guard let owner else { preconditionFailure("a job outlived its executor") }
            let serial = owner.asUnownedSerialExecutor()
            for job in jobs { job.runSynchronously(on: serial) }
        }
        for item in work { item() }
        jobs.removeAll(keepingCapacity: true)
        work.removeAll(keepingCapacity: true)
    }

    private func deliver(_ event: greenroom_epoll_event) {
        if event.token == 0 {
            check(greenroom_eventfd_clear(wakeup))
        } else if let handler = handlers[event.token] {
            handler(Readiness(rawValue: event.readiness))
        }
    }

    private func waitMilliseconds() -> Int32 {
        guard let earliestDeadline else { return -1 }
        let remaining = ContinuousClock.now.duration(to: earliestDeadline)
        guard remaining > .zero else { return 0 }
        let (seconds, attoseconds) = remaining.components
        // Rounded up: waking before the deadline would only spin.
        return Int32(min(seconds, 60) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func fireTimers() {
        guard let earliestDeadline else { return }
        let now = ContinuousClock.now
        guard now >= earliestDeadline else { return }
        let due = timers.filter { $0.value.deadline <= now }
        for timer in due.keys { timers[timer] = nil }
        self.earliestDeadline = timers.values.map(\.deadline).min()
        for timer in due.values.sorted(by: { $0.deadline < $1.deadline }) { timer.action() }
    }

    /// These calls fail only for arguments that this file got wrong or for want of kernel memory.
    private func check(_ result: Int32) {
        precondition(result >= 0, "epoll failed: errno \(-result)")
    }
}
