using Innate.Foundation;
using Innate.Tests.Support;

namespace Innate.Tests.Foundation;

/// <summary>Folders and files that are whole or absent, and what killed writers leave behind.</summary>
public class WholeFolderTests
{
    [Fact]
    public void What_a_killed_writer_left_is_taken_away_and_what_is_not_ours_stays()
    {
        using TemporaryFolder folder = new();
        string left = Path.Combine(folder[""], $"model.{Guid.NewGuid():N}.partial"), own = folder["model.notes.partial"];
        foreach (string f in new[] { left, own })
        {
            Directory.CreateDirectory(f);
            File.WriteAllText(Path.Combine(f, "half"), "x");
        }

        File.WriteAllText(left + ".lock", "");
        WholeFolder.Write(folder["model"], to => File.WriteAllText(Path.Combine(to, "whole"), "y"));
        Assert.False(Directory.Exists(left) || File.Exists(left + ".lock"));
        Assert.True(Directory.Exists(own));
        Assert.Equal("y", File.ReadAllText(folder["model/whole"]));
    }

    [Fact]
    public void What_another_writer_is_filling_is_left_alone()
    {
        using TemporaryFolder folder = new();
        string busy = Path.Combine(folder[""], $"model.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(busy);
        using (StaleFolders.Hold(busy))
        {
            WholeFolder.Write(folder["model"], to => File.WriteAllText(Path.Combine(to, "whole"), "y"));
            Assert.True(Directory.Exists(busy));
        }
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_folder_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        WholeFolder.Write(folder["model"], to => File.WriteAllText(Path.Combine(to, "whole"), "old"));
        Assert.Throws<IOException>(() => WholeFolder.Replace(folder["model"], to =>
        {
            File.WriteAllText(Path.Combine(to, "whole"), "new");
            throw new IOException("no space");
        }));
        Assert.Equal("old", File.ReadAllText(folder["model/whole"]));
        Assert.Equal([folder["model"]], Directory.GetFileSystemEntries(folder[""]));
    }
}
