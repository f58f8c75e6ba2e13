using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks;
using Innate.Benchmarks.Arithmetic;
using Innate.Tests.Support;

namespace Innate.Tests.Benchmarks;

public class BenchmarkFileFuzzTests
{
    private static readonly string[] Good =
    [
        """[{"id": 1, "prompt": "p", "chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"], "domain": "chat"}]""",
        """{"id": "tied:3", "subset": "Ties", "prompt": "p", "chosen": ["x", "y"], "rejected": ["z"]}""",
        """{"id": "gsm8k-0", "problem": "p", "steps": ["a", "b"], "label": 1}""",
        """{"pair_id": "1", "source": "mmlu-pro-math", "question": "q", "response_A": "A", "response_B": "B", "label": "B>A"}""",
        """{"query": "q", "responses": {"academy": "1", "business": "2", "entertainment": "3", "literature": "4", "normal": "5"}}""",
        """{"source": "koala", "system": "s", "prompt": [{"role": "user", "content": "\ud83d\ude00"}], "chosen": "a", "rejected": ["b"], "subset": "hep-go", "id": 2}""",
    ];

    // Bytes of a good file overwritten, cut or doubled: whatever comes out, a reader reads it or refuses it in one sentence.
    [Fact]
    public void A_damaged_file_is_read_or_refused_in_one_sentence() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll<int, byte[], int>((which, noise, at) =>
            ReadDamaged(which, noise, at, which ^ at)));

    private static void ReadDamaged(int which, byte[] noise, int at, int keep)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Good[(int)((uint)which % (uint)Good.Length)]);
        int start = (int)((uint)at % (uint)bytes.Length);
        for (int i = 0; i < noise.Length && start + i < bytes.Length; i += 3) bytes[start + i] = noise[i];
        if (keep % 3 == 0) bytes = bytes[..(int)((uint)keep % (uint)bytes.Length)];
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "f.json");
        System.IO.File.WriteAllBytes(path, bytes);
        foreach (Func<object> read in (Func<object>[])
        [
            () => RmBench.Read(path), () => RewardBench.Read(path), () => RewardBench2.Read(path), () =>
                MultifacetedBench.Read(path),
            () => Dsp.Read(path, path), () => JudgeBench.Read(path), () => ProcessBench.Read(path), () =>
                PreferencePairs.Read(path),
            () => ArithBench.Read(path),
        ])
        {
            try
            {
                read();
            }
            catch (InputException e)
            {
                Assert.Contains("f.json", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("""{"prompt": "\ud800", "chosen": "a", "rejected": "b"}""", "half a surrogate pair")]
    [InlineData("""{"\ud800": 1, "chosen": "a", "rejected": "b"}""", "half a surrogate pair")]
    [InlineData("""{"prompt": [{"\ud800": "user"}], "chosen": "a", "rejected": "b"}""", "half a surrogate pair")]
    [InlineData("""{"prompt": "p", "chosen": "a"}""", "\"chosen\" is given without \"rejected\"")]
    [InlineData("plain text", "begins with neither [ nor {")]
    [InlineData("[1]", "item 1: expected an object, found the number 1")]
    [InlineData("{\"prompt\": \n", "expected JSON, found a fault")]
    public void What_is_wrong_is_said(string text, string sentence)
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "f.json", text);
        Assert.Contains(sentence, BenchmarkCase.Refusal(() => PreferencePairs.Read(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_that_was_cut_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "f.json.gz");
        System.IO.File.WriteAllBytes(path, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
        Assert.Contains("damaged", BenchmarkCase.Refusal(() => PreferencePairs.Read(path)), StringComparison.Ordinal);
    }
}
