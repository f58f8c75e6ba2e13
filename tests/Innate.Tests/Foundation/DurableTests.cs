using Innate.Tests.Support;

namespace Innate.Tests.Foundation;

/// <summary>What is called saved is on the disk.</summary>
public class DurableTests
{
    [Fact]
    public void A_folders_names_reach_the_disk_where_the_system_can()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["é"]);
        File.WriteAllText(folder["é/file"], "x");
        Durable.Flush(folder["é"]);
        Assert.Equal(!OperatingSystem.IsWindows(), Durable.FlushFolder(folder["é"]));
        Assert.False(Durable.FlushFolder(folder["nowhere"]));
    }
}
