// What scripts/sanitize tries the thread sanitizer on: threads that meet at a Mutex, which must not be reported, and,
// with the argument 'race', threads that write without one, which must.
import Foundation
import Synchronization

final class Counters: Sendable {
    let locked = Mutex([0])
    nonisolated(unsafe) var bare = 0
}

let counters = Counters()
let isRacing = CommandLine.arguments.contains("race")
let threads = DispatchGroup()
for _ in 0..<4 {
    threads.enter()
    Thread {
        for _ in 0..<20_000 { counters.locked.withLock { $0[0] += 1 } }
        // Often: where threads happen to run one after another, a single write may be overlooked.
        for _ in 0..<(isRacing ? 10_000 : 0) { counters.bare += 1 }
        threads.leave()
    }.start()
}
threads.wait()
