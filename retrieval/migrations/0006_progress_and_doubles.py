"""What tells documents of the same content, and how far a job is."""

import hashlib

from django.db import migrations, models


def hash_texts(apps, schema_editor):
    documents = apps.get_model("retrieval", "Document")._base_manager.using(schema_editor.connection.alias)
    rows = documents.filter(deleted_at__isnull=True, text_hash="").exclude(content="")
    for pk, content in rows.values_list("pk", "content").iterator(chunk_size=100):
        words = " ".join(content.split())
        if words:
            documents.filter(pk=pk).update(text_hash=hashlib.sha256(words.encode()).hexdigest())


class Migration(migrations.Migration):
    dependencies = [("retrieval", "0005_private_files")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="file_hash",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="document",
            name="text_hash",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="document",
            name="progress",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="document",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[("reading", "Reading"), ("embedding", "Embedding")],
                default="",
                editable=False,
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["organization", "text_hash"], name="document_text_hash"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["organization", "file_hash"], name="document_file_hash"),
        ),
        migrations.RunPython(hash_texts, migrations.RunPython.noop),
    ]
