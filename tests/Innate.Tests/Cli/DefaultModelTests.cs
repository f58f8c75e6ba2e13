using System.Text.Json;
using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>Without <c>--model</c> every command runs at once, on the model inside.</summary>
public class DefaultModelTests
{
    private const string Question = "What is 47 + 85?";

    [Fact]
    public void The_model_inside_is_the_repositorys_own()
    {
        string source = Path.Combine(Places.Repository, "models", EmbeddedModel.Name);
        foreach (string file in Directory.GetFiles(source).Where(f => Path.GetExtension(f) is ".json" or ".safetensors" or ".md"))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(EmbeddedModel.Folder, Path.GetFileName(file))));
        }

        Assert.False(File.Exists(Path.Combine(EmbeddedModel.Folder, "train")));
        using LanguageModel model = LanguageModel.LoadDefault();
        Assert.All(model.Trace([new([1, 2], [[3, 4]])])[0][0].V, v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void An_application_that_was_copied_without_it_says_so()
    {
        using TemporaryFolder folder = new();
        string message = Assert.Throws<InputException>(() => EmbeddedModel.Beside(folder.Path)).Message;
        Assert.StartsWith(Path.Combine(folder.Path, "models", "innate-tiny") + ": expected", message, StringComparison.Ordinal);
        Assert.Contains("name another model", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":"What is 47 + 85?","response":"132"}""", "score")]
    [InlineData("", "rank", "--json", "--prompt", Question, "--response", "132", "--response", "122")]
    [InlineData("", "generate", "--json", "--prompt", Question, "--temperature", "0", "--max-tokens", "8")]
    [InlineData("""{"text":"47"}""", "tokenize")]
    [InlineData("""{"messages":[{"role":"user","content":"47"}]}""", "render")]
    [InlineData("", "inspect", "--json")]
    public void Without_a_model_the_one_inside_answers_and_has_a_name(string input, params string[] args)
    {
        CliResult bare = RealCli.Run(args, input);
        Assert.Equal((0, ""), (bare.Code, bare.Error));
        Assert.Single(bare.Lines);
        Assert.Equal(bare, RealCli.Run([.. args, "--model", "innate-tiny"], input));
        Assert.Equal(bare, RealCli.Run([.. args, "--model", EmbeddedModel.Folder], input));
    }

    [Fact]
    public void A_person_is_told_once_who_answers_and_a_pipe_is_not()
    {
        string[] rank = ["rank", "--json", "--prompt", Question, "--response", "132"];
        string[] generate = ["generate", "--prompt", Question, "--max-tokens", "1"];
        string[] score = ["score"];
        const string Row = """{"prompt":"a","response":"b"}""";
        foreach (string[] args in new[] { rank, generate, score })
        {
            CliResult told = RealCli.Run(args, Row, errorIsTerminal: true);
            Assert.Equal("innate: no --model: innate-tiny answers, the small arithmetic model inside.\n", told.Error);
            Assert.Equal("", RealCli.Run(args, Row).Error);
            Assert.Equal("", RealCli.Run([.. args, "--model", "innate-tiny"], Row, errorIsTerminal: true).Error);
        }

        Assert.Equal("", RealCli.Run(["score", "--quiet"], Row, errorIsTerminal: true).Error);
        Assert.Equal("", RealCli.Run(["inspect"], errorIsTerminal: true).Error);
    }

    [Fact]
    public void A_name_that_is_no_model_is_told_what_can_be_named()
    {
        CliResult result = RealCli.Run(["inspect", "--model", "./nothing/here"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("neither innate-tiny nor a hub name", result.Error, StringComparison.Ordinal);
        Assert.Equal(EmbeddedModel.Folder, ModelFolder.Resolve(EmbeddedModel.Name));
    }

    [Fact]
    public void It_can_be_the_reference()
    {
        CliResult result = RealCli.Run(
            ["score", "--reward", "implicit", "--reference", "innate-tiny"], """{"prompt":"1 + 1?","response":"2"}""");
        Assert.Equal(0, JsonDocument.Parse(result.Lines.Single()).RootElement.GetProperty("reward").GetDouble());
    }
}
