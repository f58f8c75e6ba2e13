using Innate.Rows;
using Innate.Tests.Support;

namespace Innate.Tests.Data;

public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_readme_says_which_files_are_which_subset_and_split()
    {
        Write("README.md", """
            ---
            license: mit
            configs:
            - config_name: main
              default: true
              data_files:
              - split: train
                path: main/train-*.jsonl
              - split: test
                path: [main/test.csv]
            - config_name: other
              data_files: "other/*.jsonl"
            ---
            # A set
            """);
        Write("main/train-2.jsonl", "{\"n\":3}\n");
        Write("main/train-1.jsonl", "{\"n\":1}\n{\"n\":2}\n");
        Write("main/test.csv", "score\n4\n");
        Write("other/a.jsonl", "{\"n\":5}\n");
        Write("other/deeper/b.jsonl", "{\"n\":6}\n");
        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], Rows(""));
        Assert.Equal(["{\"score\":4}"], Rows("#test"));
        Assert.Equal(["{\"score\":4}"], Rows("#main/test"));
        Assert.Equal(["{\"n\":5}"], Rows("#other/"));
        Assert.Contains("expected one of the splits train, test of the subset 'main', found 'x'", Refusal("#x"), StringComparison.Ordinal);
        Assert.Contains("expected one of the subsets main, other, found 'x'", Refusal("#x/train"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_readme_the_names_say_it()
    {
        Write("data/train-00000-of-00002.jsonl", "{\"n\":1}\n");
        Write("data/train-00001-of-00002.jsonl", "{\"n\":2}\n");
        Write("data/held_out-00000-of-00001.jsonl", "{\"n\":3}\n");
        Assert.Equal(["{\"n\":1}", "{\"n\":2}"], Rows(""));
        Assert.Equal(["{\"n\":3}"], Rows("#held_out"));
        File.Delete(_folder["set/data/train-00001-of-00002.jsonl"]);
        Assert.Contains("expected all 2 files of data/train, found 1", Refusal(""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latest.jsonl my-dev.jsonl", "validation", "my-dev.jsonl")]
    [InlineData("a/train/x.jsonl a/test/y.jsonl", "test", "a/test/y.jsonl")]
    [InlineData("b.jsonl a.jsonl", "train", "a.jsonl b.jsonl")]
    [InlineData("test.jsonl", "test", "test.jsonl")]
    public void Files_are_found_by_the_hubs_rules(string files, string split, string chosen)
    {
        foreach (string file in files.Split(' ')) Write(file, $"{{\"f\":\"{file}\"}}\n");
        Assert.Equal(chosen.Split(' ').Select(f => $"{{\"f\":\"{f}\"}}"), Rows($"#{split}"));
    }

    [Theory]
    [InlineData("../x.jsonl", "expected files in the dataset's folder, found '../x.jsonl'")]
    [InlineData("/etc/passwd", "expected files in the dataset's folder, found '/etc/passwd'")]
    [InlineData("a/**/../../x", "expected files in the dataset's folder")]
    [InlineData("nothing-*.jsonl", "found none")]
    [InlineData("[z-a].jsonl", "expected a pattern of file names, found '[z-a].jsonl'")]
    public void Patterns_never_leave_the_folder(string pattern, string sentence)
    {
        Write("README.md", $"---\nconfigs:\n- data_files: '{pattern}'\n---\n");
        Write("x.jsonl", "{}\n");
        Assert.Contains(sentence, Refusal(""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(_folder["outside.jsonl"], "{}\n");
        Write("other.txt", "");
        File.CreateSymbolicLink(_folder["set/train.jsonl"], _folder["outside.jsonl"]);
        Assert.Contains("train.jsonl, a link out of it", Refusal(""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("configs: {", "expected YAML")]
    [InlineData("configs: 3", "configs: expected a list, found '3'")]
    [InlineData("configs:\n- a", "configs[0]: expected a config_name and data_files, found 'a'")]
    [InlineData("configs:\n- config_name: a\n- config_name: a", "found 'a' twice")]
    [InlineData("a: &x [1]\nconfigs: *x", "expected YAML without aliases")]
    [InlineData("a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "at most 32 levels deep")]
    public void Front_matter_that_is_no_list_of_configs_is_told(string yaml, string sentence)
    {
        Write("README.md", $"---\n{yaml}\n---\n");
        Write("x.jsonl", "{}\n");
        Assert.Contains(sentence, Refusal(""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_row_is_named_by_its_file_and_line()
    {
        Write("train-1.jsonl", "{\"prompt\":\"p\",\"response\":\"r\"}\n");
        Write("train-2.csv", "prompt,response\n\"p\np\",r\np,\n");
        InputException e = Assert.Throws<InputException>(
            () => RowInput.Read(_folder["set"], line => RowParser.Parse(line)).Count());
        Assert.Contains("set, train-2.csv, line 4: the row has no response", e.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        string path = _folder[$"set/{name}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private List<string> Rows(string part) => TableFile.Rows(_folder["set"] + part);

    private string Refusal(string part) => Assert.Throws<InputException>(() => Rows(part)).Message;
}
