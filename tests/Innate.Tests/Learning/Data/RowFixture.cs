using Innate.Models.Creation;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Learning.Data;

/// <summary>A file of rows, and a tokenizer of bytes with a chat template of choice.</summary>
internal sealed class RowFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RowFixture(string? template = null)
    {
        NewModel.Create(
            new NewModelOptions { Hidden = 2, Layers = 1, Heads = 1, KeyValueHeads = 1, Mlp = 1 }, _folder["model"]);
        Tokenizer = Tokenizer.Load(_folder["model"]);
        Template = template is null ? ChatTemplate.Load(_folder["model"]) : new ChatTemplate(template);
    }

    public Tokenizer Tokenizer { get; }

    public ChatTemplate? Template { get; }

    public string File => _folder["rows.jsonl"];

    public RowFixture With(params string[] lines)
    {
        System.IO.File.WriteAllLines(File, lines);
        return this;
    }

    public ChatFormat Chat() => new(Tokenizer, Template);

    public ChatFormat Raw() => new(Tokenizer, null, new ChatFormatOptions { Raw = true });

    public string Text(IEnumerable<int> ids) => Tokenizer.Decode([.. ids], skipSpecialTokens: false);

    public void Dispose() => _folder.Dispose();
}
