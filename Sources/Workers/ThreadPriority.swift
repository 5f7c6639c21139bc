import Foundation

/// How the system shares the processors out among threads.
enum ThreadPriority {
    /// Sets the niceness of the present thread. Where the system keeps it for whole processes only, nothing changes.
    static func lower(to niceness: Int32) {
        if niceness == 0 { return }
        #if os(Linux)
            // Linux takes 0 for the calling thread. A refusal costs nothing but the courtesy.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        #endif
    }
}
