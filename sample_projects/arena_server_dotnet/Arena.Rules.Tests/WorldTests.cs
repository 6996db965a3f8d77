using System.Threading;
using Arena.Rules;
using Xunit;

namespace Arena.Rules.Tests;

public class WorldTests
{
    [Fact]
    public void StepsFromAnotherThread()
    {
        var world = new World();
        var other = new Thread(() => world.Step(1));
        other.Start();
        other.Join();
    }
}
