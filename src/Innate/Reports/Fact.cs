namespace Innate.Reports;

/// <summary>Something worth knowing about what a page shows.</summary>
/// <param name="Name">What it is: <c>model</c>, <c>learning rate</c>.</param>
/// <param name="Value">How it was, with its unit.</param>
public readonly record struct Fact(string Name, string Value);
