"""Rows of the news corpora that are handed round."""

from __future__ import annotations

from reading.kind import Kind, array, lines, of_host

_HOST = {"source": of_host}


KINDS = [
    Kind("CNN/DailyMail", "train.jsonl", lines(lambda s: {"article": s.text, "highlights": s.lead, "id": s.id}),
         "text", seen="https://huggingface.co/datasets/abisee/cnn_dailymail"),
    Kind("XSum", "train.jsonl", lines(lambda s: {"document": s.text, "summary": s.lead, "id": s.id}), "text",
         seen="https://huggingface.co/datasets/EdinburghNLP/xsum"),
    Kind("XL-Sum", "arabic_train.jsonl", lines(lambda s: {"id": s.id, "url": s.url, "title": s.title,
         "summary": s.lead, "text": s.text}), "title text url", seen="https://huggingface.co/datasets/csebuetnlp/xlsum"),
    Kind("MLSUM", "train.jsonl", lines(lambda s: {"text": s.text, "summary": s.lead, "topic": "ciudad",
         "url": s.url, "title": s.title, "date": f"{s.date:%d/%m/%Y}"}), "title text date url", day_only=True,
         seen="https://huggingface.co/datasets/reciTAL/mlsum"),
    Kind("cc_news", "train.jsonl", lines(lambda s: {"title": s.title, "text": s.text, "domain": s.host,
         "date": s.utc, "description": s.lead, "url": s.url, "image_url": ""}), "title text date source url",
         expected=_HOST, seen="https://huggingface.co/datasets/vblagoje/cc_news"),
    Kind("cc_news", "train.jsonl", lines(lambda s: {"requested_url": s.url, "responded_url": s.url,
         "plain_text": s.text, "title": s.title, "published_date": s.utc, "publisher": s.host,
         "language": s.language, "author": "A", "sitename": s.source}), "title text date language url",
         variant="by years"),
    Kind("mC4", "c4-ar.jsonl", lines(lambda s: {"text": s.text, "timestamp": s.iso, "url": s.url}), "text date url",
         seen="https://huggingface.co/datasets/allenai/c4"),
    Kind("OSCAR", "ar.jsonl", lines(lambda s: {"content": s.text, "warc_headers": {"warc-record-id":
         f"<urn:uuid:{s.id}>", "warc-date": s.iso, "content-type": "text/plain", "content-length": 9,
         "warc-type": "conversion", "warc-identified-content-language": s.iso3, "warc-target-uri": s.url},
         "metadata": {"identification": {"label": s.language, "prob": 0.9}, "annotation": None,
         "sentence_identifications": []}}), "text date language url",
         seen="https://oscar-project.github.io/documentation/versions/oscar-2301/"),
    Kind("OSCAR", "ar.jsonl", lines(lambda s: {"id": s.number, "text": s.text, "meta": {"warc_headers": {
         "warc-target-uri": s.url, "warc-date": s.iso, "warc-record-id": f"<urn:uuid:{s.id}>"}, "identification": {
         "label": s.language, "prob": 0.9}, "annotations": ["short_sentences"]}}), "text date language url",
         variant="22.01 of the hub"),
    Kind("CulturaX", "ar.jsonl", lines(lambda s: {"text": s.text, "timestamp": f"{s.utc[:-3]}:00", "url": s.url,
         "source": "mC4"}), "text date url", seen="https://huggingface.co/datasets/uonlp/CulturaX"),
    Kind("FineWeb", "ar.jsonl", lines(lambda s: {"text": s.text, "id": f"<urn:uuid:{s.id}>", "dump": "CC-MAIN-2024-30",
         "url": s.url, "date": s.iso, "file_path": "s3://x", "language": f"{s.iso3}_Arab", "language_score": 0.9}),
         "text date language url", seen="https://huggingface.co/datasets/HuggingFaceFW/fineweb-2"),
    Kind("RealNews", "realnews.jsonl", lines(lambda s: {"title": s.title, "text": s.text, "summary": None,
         "authors": [], "publish_date": f"{s.date:%m-%d-%Y}", "status": "success", "url": s.url, "domain": s.host,
         "warc_date": "2024-08-02T00:00:00Z", "url_used": s.url, "split": "train"}), "title text date source url",
         day_only=True, expected=_HOST, seen="https://github.com/rowanz/grover"),
    Kind("Newsroom", "train.jsonl", lines(lambda s: {"url": s.url, "archive": f"http://web.archive.org/web/x/{s.url}",
         "title": s.title, "date": f"{s.date:%Y%m%d%H%M}00", "text": s.text, "summary": s.lead, "density": 1.0}),
         "title text date url", seen="https://lil.nlp.cornell.edu/newsroom/"),
    Kind("News Category", "news.json", lines(lambda s: {"link": s.url, "headline": s.title, "category": "WORLD",
         "short_description": s.lead, "authors": "A. B.", "date": s.day}), "title text date url", day_only=True,
         expected={"text": lambda s: s.lead},
         seen="https://www.kaggle.com/datasets/rmisra/news-category-dataset"),
    Kind("All the News", "all.csv", lambda stories:
         ",id,title,publication,author,date,year,month,url,content\n" + "".join(
         f'{n},{s.number},"{_csv_quoted(s.title)}",{s.source},A. B.,{s.day},2024.0,7.0,,"{_csv_quoted(s.text)}"\n'
         for n, s in enumerate(stories)), "title text date source", day_only=True,
         seen="https://www.kaggle.com/datasets/snapcrack/all-the-news"),
    Kind("All the News", "all.csv", lambda stories: "date,year,month,day,author,title,article,url,section,publication\n"
         + "".join(f'{s.utc},2024,7.0,{s.date.day},A. B.,"{_csv_quoted(s.title)}","{_csv_quoted(s.text)}",{s.url},,'
         f'{s.source}\n' for s in stories), "title text date source url", variant="2.0"),
    Kind("A million headlines", "abc.csv", lambda stories: "publish_date,headline_text\n" + "".join(
         f'{s.date:%Y%m%d},"{_csv_quoted(s.title)}"\n' for s in stories), "title date", day_only=True,
         seen="https://www.kaggle.com/datasets/therohk/million-headlines"),
    Kind("SANAD", "sanad.csv", lambda stories: "Text,Label\n" + "".join(
         f'"{_csv_quoted(s.text)}",Culture\n' for s in stories), "text",
         seen="https://data.mendeley.com/datasets/57zpx667y9"),
    Kind("Saudi newspapers", "saudi.json", array(lambda s: {"source": s.source, "url": s.url, "date_extracted":
         "2024-08-02T00:00:00", "headline": s.title, "author": "", "content": s.text}), "title text source url",
         seen="https://github.com/inparallel/SaudiNewsNet"),
    Kind("BBC", "bbc.csv", lambda stories: "category\tfilename\ttitle\tcontent\n" + "".join(
         f"tech\t{s.id}.txt\t{s.title}\t {' '.join(s.paragraphs)}\n" for s in stories), "title text",
         keep=lambda s: '"' not in s.title + s.text, seen="https://www.kaggle.com/datasets/hgultekin/bbcnewsarchive"),
    Kind("LangChain documents", "docs.jsonl", lines(lambda s: {"page_content": s.text, "metadata": {"title": s.title,
         "source": s.url, "language": s.language, "publish_date": s.iso}, "type": "Document"}),
         "title text date language url", seen="https://python.langchain.com/docs/concepts/documents/"),
    Kind("datatrove", "docs.jsonl", lines(lambda s: {"text": s.text, "id": s.id, "metadata": {"url": s.url,
         "date": s.iso, "language": s.language, "title": s.title}}), "title text date language url",
         seen="https://github.com/huggingface/datatrove"),
    Kind("Dolma", "docs.jsonl", lines(lambda s: {"id": s.id, "text": s.text, "source": s.source, "created": s.iso,
         "added": "2024-08-02T00:00:00Z", "metadata": {"url": s.url, "title": s.title}}), "title text date source url",
         seen="https://github.com/allenai/dolma/blob/main/docs/data-format.md"),
]  # fmt: skip


def _csv_quoted(text: str) -> str:
    return text.replace('"', '""')
