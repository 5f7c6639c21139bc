import Synchronization
import Testing
import Workers

@Suite struct WorkerTeamTests {
    @Test(arguments: [1, 2, 4])
    func everyMemberTakesPartInEveryStep(threads: Int) {
        let team = WorkerTeam(name: "team", threadCount: threads)
        defer { team.dismiss() }
        let calls = Mutex([Int](repeating: 0, count: threads))
        for step in 1...200 {
            team.run { member in calls.withLock { $0[member] += 1 } }
            #expect(calls.withLock { $0 } == Array(repeating: step, count: threads))
        }
    }
}
